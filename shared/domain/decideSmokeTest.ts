import { factScript } from '../smokeTest/factScript.ts';
import { type EvidenceDraft, judgeRun } from '../smokeTest/judgeRun.ts';
import { act, type Decision, record, together, wait } from './decision.ts';
import { settingsOf, type VmConfiguration } from './facts.ts';
import { shortHash, vmName } from './ids.ts';
import { type ImageVersion, isUnsettled } from './imageVersion.ts';
import type { IncarnationKeys } from './incarnation.ts';
import type { Attempt, IncarnationState } from './incarnationState.ts';
import { addMs, type Instant, msBetween, nextLook } from './instant.ts';
import type { IncarnationLook, PresentVm } from './look.ts';
import type { Policy, SmokeTestPolicy } from './policy.ts';

/** One look at a VM costs two of the 12 low-cost reads a minute that Azure grants for it. */
const lookEveryMs = 20_000;
const lifetimeMs = 2 * 3_600_000;

/** The next move of the smoke test: take a slot, launch, wait for the agent, run the checks, judge. */
export function decideSmokeTest(
  state: IncarnationState,
  version: ImageVersion,
  look: IncarnationLook,
  policy: Policy,
  keys: IncarnationKeys,
  now: Instant,
): Decision {
  const last = state.attempts.at(-1);
  if (last?.result) return decideAfter(state, last.result, version, policy, keys, now);
  if (!last?.launch) return decideLaunch(state, last, version, policy, keys, now);
  const vm = look.vms[last.launch.vmName];
  const draft = judgeRun(state, last, vm, now);
  if (draft) return conclude(state, last, draft);
  if (vm?.kind !== 'present') return relaunch(last.launch, last.number);
  return decideRun(last, last.launch, vm, state.smokeTest, keys, now);
}

/** A verdict, or another attempt where the last one says nothing about the image. */
function decideAfter(
  state: IncarnationState,
  result: NonNullable<Attempt['result']>,
  version: ImageVersion,
  policy: Policy,
  keys: IncarnationKeys,
  now: Instant,
): Decision {
  if (result.verdict !== 'inconclusive')
    return record({ type: 'verdictReached', verdict: result.verdict, reason: result.reason });
  if (state.attempts.length < state.testPlan.length) return decideLaunch(state, undefined, version, policy, keys, now);
  const reason = `${state.attempts.length} attempts, none conclusive; the last: ${result.reason}`;
  return record({ type: 'verdictReached', verdict: 'inconclusive', reason });
}

function decideLaunch(
  state: IncarnationState,
  awaiting: Attempt | undefined,
  version: ImageVersion,
  policy: Policy,
  keys: IncarnationKeys,
  now: Instant,
): Decision {
  const number = awaiting?.number ?? state.attempts.length + 1;
  const configuration = state.testPlan[number - 1];
  if (!configuration) {
    const reason =
      state.planProblem ??
      'no target region of the version has a smoke-test subnet: replicate it to one, or add a subnet';
    return record({ type: 'verdictReached', verdict: 'inconclusive', reason });
  }
  const { region } = configuration;
  if (version.replication?.[region] !== 'Completed') {
    const isLate = msBetween(state.detectedAt, now) >= policy.replicationLimitHours * 3_600_000;
    if (!isLate && mayComeTo(region, version)) return wait(nextLook(state.detectedAt, now, lookEveryMs));
    const reason = `the version is not replicated to ${region}`;
    const code = 'NotReplicated';
    return record({ type: 'smokeTestFinished', attempt: number, verdict: 'inconclusive', reason, code, checks: [] });
  }
  const attemptAction = act({
    kind: 'takeSlot',
    launch: launchIntent(number, configuration, keys, now),
    alreadyAwaited: awaiting?.slotAwaitedAt !== undefined,
  });
  // The giver of a slot wakes the first waiter; this look is for the case that its message is lost.
  if (awaiting?.slotAwaitedAt === undefined) return attemptAction;
  return together([attemptAction, wait(nextLook(awaiting.slotAwaitedAt, now, 60_000))]);
}

function mayComeTo(region: string, version: ImageVersion): boolean {
  const isTarget = version.targetRegions.some(({ name }) => name === region);
  return isTarget && (isUnsettled(version) || version.replication?.[region] !== 'Failed');
}

function launchIntent(attempt: number, configuration: VmConfiguration, keys: IncarnationKeys, now: Instant) {
  const name = vmName(keys.definition, keys.incarnation, attempt);
  return {
    type: 'launchIntended' as const,
    attempt,
    vmName: name,
    ...configuration,
    expiresAt: addMs(now, lifetimeMs),
  };
}

/** The intent is durable, the VM is not there: the call was never sent, or was lost. The name makes it idempotent. */
function relaunch(launch: NonNullable<Attempt['launch']>, attempt: number): Decision {
  const { vmName: name, expiresAt } = launch;
  return act({ kind: 'launch', attempt, vmName: name, expiresAt, ...settingsOf(launch) });
}

function decideRun(
  attempt: Attempt,
  launch: NonNullable<Attempt['launch']>,
  vm: PresentVm,
  smokeTest: SmokeTestPolicy,
  keys: IncarnationKeys,
  now: Instant,
): Decision {
  const { number } = attempt;
  if (launch.acceptedAt === undefined) return record({ type: 'launchAccepted', attempt: number });
  if (!vm.agentReady && attempt.agentReadyAt === undefined) return wait(nextLook(launch.acceptedAt, now, lookEveryMs));
  if (attempt.agentReadyAt === undefined) return record({ type: 'agentReady', attempt: number });
  if (!attempt.checks) {
    const nonce = shortHash(16, keys.incarnation, String(number), 'checks');
    return record({ type: 'checksIntended', attempt: number, runCommand: `checks-${nonce}`, nonce });
  }
  const { runCommand, nonce, intendedAt, startedAt } = attempt.checks;
  if (startedAt !== undefined) return wait(nextLook(intendedAt, now, lookEveryMs));
  if (vm.runCommand && vm.runCommand.kind !== 'absent') return record({ type: 'checksStarted', attempt: number });
  return act({
    kind: 'startChecks',
    attempt: number,
    vmName: launch.vmName,
    region: launch.region,
    runCommand,
    script: factScript(smokeTest.command, nonce),
    timeoutSeconds: checksLimitSeconds(smokeTest),
  });
}

function conclude(state: IncarnationState, attempt: Attempt, draft: EvidenceDraft): Decision {
  const { verdict, reason, code, checks, files } = draft;
  const conclusion = {
    type: 'smokeTestFinished' as const,
    attempt: attempt.number,
    verdict,
    reason,
    ...(code !== undefined && { code }),
    checks,
  };
  const { operationUrl: _, ...launch } = attempt.launch ?? {};
  const summary = { imageVersionId: state.imageVersionId, ...launch, ...conclusion };
  const results = { name: 'results.json', content: `${JSON.stringify(summary, null, 2)}\n` };
  return act({ kind: 'saveEvidence', attempt: attempt.number, files: [results, ...files], conclusion });
}

/** Every command at its limit, one after the other, and a minute for the transport; Azure allows 90 minutes. */
function checksLimitSeconds(smokeTest: SmokeTestPolicy): number {
  const commandsMs = Object.values(smokeTest.command).reduce((sum, command) => sum + command.timeout, 0);
  return Math.min(5_400, Math.ceil(commandsMs / 1000) + 60);
}
