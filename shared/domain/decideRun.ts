import { type CheckSet, roundLimitMs } from '../smokeTest/checkSet.ts';
import { compileScript } from '../smokeTest/compileScript.ts';
import type { EvidenceDraft } from '../smokeTest/evidenceDraft.ts';
import { evidenceFiles } from '../smokeTest/evidenceFiles.ts';
import { judgeEnd } from '../smokeTest/judgeEnd.ts';
import { judgeRestart } from '../smokeTest/judgeRestart.ts';
import { readRound } from '../smokeTest/judgeRound.ts';
import { judgeRun } from '../smokeTest/judgeRun.ts';
import { tellableDraft, tellableResult } from '../smokeTest/tellable.ts';
import { decideRestart } from './decideRestart.ts';
import { act, type Decision, record, wait } from './decision.ts';
import { answerFile } from './evidencePaths.ts';
import { settingsOf } from './facts.ts';
import { shortHash, siblingVersionId } from './ids.ts';
import { type Attempt, osTypeOf } from './incarnationState.ts';
import { addMs, type Instant, lookUnlessTold, nextLook } from './instant.ts';
import { lastAskedAt } from './lastAskedAt.ts';
import type { PresentVm } from './look.ts';
import type { RunContext } from './smokeTestContext.ts';

type LaunchState = NonNullable<Attempt['launch']>;
type Checks = Extract<CheckSet, { kind: 'checks' }>;

/** One look at a VM costs two of the 12 low-cost reads a minute that Azure grants for it. */
const lookEveryMs = 20_000;
/** Nobody tells of an agent, which is usually ready within seconds: the looks grow from here to the usual pace. */
const firstLooksMs = [5_000, 10_000];

/** The next move with a VM that is, or is about to be: launch, agent, a round of checks, a restart, the next round, the end. */
export function decideRun(context: RunContext, attempt: Attempt, launch: LaunchState, checks: Checks): Decision {
  const { state, look, now } = context;
  const vm = look.vms[launch.vmName];
  const ended = judgeRun(state, attempt, vm, now);
  if (ended) return conclude(context, attempt, checks, ended);
  if (vm?.kind !== 'present') {
    if (launch.acceptedAt !== undefined) {
      const isRestarted = attempt.restart !== undefined && attempt.checks === undefined;
      const askedAt = lastAskedAt(attempt, launch.acceptedAt);
      return wait(isRestarted ? nextLook(askedAt, now, lookEveryMs) : lookUnlessTold(state, askedAt, now));
    }
    return relaunch(context, launch, attempt.number);
  }
  const broken = attempt.rounds.at(-1)?.checks.some(({ outcome }) => outcome === 'failed' || outcome === 'unknown');
  const restart = restartsOf(context, launch)[attempt.rounds.length - 1];
  if (attempt.rounds.length > 0 && (broken || restart === undefined)) {
    const end = judgeEnd(state, attempt, vm, checks, look.baseline, now);
    return end ? conclude(context, attempt, checks, end) : wait(nextLook(launch.intendedAt, now, lookEveryMs));
  }
  if (launch.acceptedAt === undefined) return record({ type: 'launchAccepted', attempt: attempt.number });
  if (restart === undefined) return decideFirstBoot(context, attempt, launch, vm, checks);
  const overdue = judgeRestart(attempt, vm, now);
  if (overdue) return conclude(context, attempt, checks, overdue);
  return (
    decideRestart(attempt, launch, vm, restart, osTypeOf(state), now) ??
    decideRound(context, attempt, launch, vm, checks)
  );
}

/** A control run only asks whether the checks hold; its version has shown before that it survives restarts. */
function restartsOf({ state }: RunContext, { controlOf }: LaunchState) {
  return controlOf === undefined ? (state.smokeTest.restarts ?? []) : [];
}

/** The intent is durable, the VM is not there: the call was never sent, or was lost. The name makes it idempotent. */
function relaunch({ state }: RunContext, launch: LaunchState, attempt: number): Decision {
  const { vmName, expiresAt, controlOf } = launch;
  const imageVersionId =
    controlOf === undefined ? state.imageVersionId : siblingVersionId(state.imageVersionId, controlOf);
  return act({ kind: 'launch', attempt, imageVersionId, vmName, expiresAt, ...settingsOf(launch) });
}

function decideFirstBoot(
  context: RunContext,
  attempt: Attempt,
  launch: LaunchState,
  vm: PresentVm,
  checks: Checks,
): Decision {
  if (attempt.agentReadyAt !== undefined) return decideRound(context, attempt, launch, vm, checks);
  if (vm.agentReady) return record({ type: 'agentReady', attempt: attempt.number });
  return wait(lookForAgent(context, launch, vm));
}

function lookForAgent({ state, now }: RunContext, { acceptedAt, intendedAt }: LaunchState, vm: PresentVm): Instant {
  const launchedAt = acceptedAt ?? intendedAt;
  // Azure tells when it has made a VM, and when a run command has ended.
  if (vm.provisioningState !== 'Succeeded') return lookUnlessTold(state, launchedAt, now);
  const { provisionedAt } = vm;
  // By Azure's clock, which may be ahead.
  if (provisionedAt === undefined || provisionedAt > now) return nextLook(launchedAt, now, lookEveryMs);
  const early = firstLooksMs.map((ms) => addMs(provisionedAt, ms)).find((at) => at > now);
  return early ?? nextLook(provisionedAt, now, lookEveryMs);
}

/** Sends the checks and waits for their answer. */
function decideRound(
  context: RunContext,
  attempt: Attempt,
  launch: LaunchState,
  vm: PresentVm,
  checks: Checks,
): Decision {
  const { state, keys, now } = context;
  const reading = readRound(state, attempt, vm, checks, now);
  if (reading.kind === 'ended') return conclude(context, attempt, checks, reading.draft);
  if (reading.kind === 'answered') return record({ ...reading.fact, checks: reading.fact.checks.map(tellableResult) });
  if (reading.kind === 'unsent') {
    const nonce = shortHash(16, keys.incarnation, String(attempt.number), `checks ${attempt.checkRuns + 1}`);
    return record({ type: 'checksIntended', attempt: attempt.number, runCommand: `checks-${nonce}`, nonce });
  }
  const { runCommand, nonce, intendedAt, startedAt } = reading.checks;
  if (startedAt !== undefined) {
    // What a boot answered that was on its way down is asked again; Azure has told of its end already.
    const hasEnded = vm.runCommand?.name === runCommand && vm.runCommand.kind === 'finished';
    return wait(hasEnded ? nextLook(startedAt, now, lookEveryMs) : lookUnlessTold(state, intendedAt, now));
  }
  if (vm.runCommand?.name === runCommand && vm.runCommand.kind !== 'absent')
    return record({ type: 'checksStarted', attempt: attempt.number });
  const previousBootId = attempt.rounds.at(-1)?.bootId;
  return act({
    kind: 'startChecks',
    attempt: attempt.number,
    vmName: launch.vmName,
    region: launch.region,
    runCommand,
    script: compileScript(osTypeOf(state), checks.checks, {
      nonce,
      ...(previousBootId !== undefined && { previousBootId }),
    }),
    timeoutSeconds: Math.ceil(roundLimitMs(checks.checks) / 1_000),
    answerFile: answerFile(runCommand),
  });
}

function conclude(context: RunContext, attempt: Attempt, checks: Checks, draft: EvidenceDraft): Decision {
  const { state, look } = context;
  const fact = { type: 'smokeTestFinished' as const, attempt: attempt.number, ...tellableDraft(draft) };
  const vm = attempt.launch && look.vms[attempt.launch.vmName];
  return act({
    kind: 'saveEvidence',
    attempt: attempt.number,
    files: evidenceFiles(state, attempt, vm, fact, checks),
    conclusion: fact,
  });
}
