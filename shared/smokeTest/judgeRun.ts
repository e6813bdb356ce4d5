import type { EvidenceFile } from '../domain/effects.ts';
import type { CheckResult, Verdict } from '../domain/facts.ts';
import type { Attempt, IncarnationState } from '../domain/incarnationState.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import type { PresentVm, RunCommandLook, VmLook } from '../domain/look.ts';
import type { SmokeTestPolicy } from '../domain/policy.ts';
import { classOfError, withAdvice } from './errorClasses.ts';
import { judgeAnswer } from './factAnswer.ts';
import { findFatal } from './serialLog.ts';

/** The end of one VM run: what it says about the image, why, and what is kept to prove it. */
export interface EvidenceDraft {
  verdict: Verdict;
  reason: string;
  code?: string;
  checks: CheckResult[];
  files: EvidenceFile[];
}

const provisioningLimitMs = 45 * 60_000;
const graceForAnswerMs = 5 * 60_000;

/**
 * Judges a run, or returns undefined while it may still go either way. A verdict is earned: passed needs the agent, a
 * serial log that was read and is clean, and a complete answer in which every check passed.
 */
export function judgeRun(
  state: IncarnationState,
  attempt: Attempt,
  vm: VmLook | undefined,
  now: Instant,
): EvidenceDraft | undefined {
  const { launch } = attempt;
  if (!launch || !vm) return undefined;
  if (vm.kind === 'absent') return judgeAbsence(launch, now);
  const files = serialFile(vm);
  if (vm.provisioningState === 'Deleting')
    return inconclusive('VmGone', 'somebody deletes the VM before it was judged', files);

  const fatal = findFatal(vm.serialLog ?? '');
  if (fatal)
    return failed(
      `serial log: ${fatal.line}`,
      [{ check: 'serial log is clean', outcome: 'failed', detail: fatal.line }],
      files,
    );
  if (vm.provisioningState === 'Failed') return judgeProvisioning(state, vm, files);
  if (attempt.checks?.startedAt !== undefined) return judgeChecks(attempt.checks, vm, state.smokeTest, now);

  const waitedMs = msBetween(launch.acceptedAt ?? launch.intendedAt, now);
  if (vm.provisioningState !== 'Succeeded') {
    return waitedMs >= provisioningLimitMs
      ? inconclusive('ProvisioningTimedOut', 'Azure did not finish provisioning the VM', files)
      : undefined;
  }
  if (
    !vm.agentReady &&
    attempt.agentReadyAt === undefined &&
    waitedMs >= state.smokeTest.agentTimeoutMinutes * 60_000
  ) {
    const detail = `not ready ${state.smokeTest.agentTimeoutMinutes} minutes after launch`;
    return failed(`VM agent: ${detail}`, [{ check: 'agent ready', outcome: 'failed', detail }], files);
  }
  return undefined;
}

/** A launch that was not accepted is tried again, but not for ever: a VM past its expiry would be reaped at once. */
function judgeAbsence({ acceptedAt, expiresAt }: NonNullable<Attempt['launch']>, now: Instant) {
  if (acceptedAt !== undefined) return inconclusive('VmGone', 'the VM is gone before it was judged', []);
  return now < expiresAt ? undefined : inconclusive('LaunchTimedOut', 'Azure accepted no launch of the VM in time', []);
}

/** Infrastructure is not the image. */
function judgeProvisioning(state: IncarnationState, vm: PresentVm, files: EvidenceFile[]): EvidenceDraft {
  const code = vm.error?.code ?? 'ProvisioningFailed';
  const { class: whose, advice } = classOfError(code, vm.error?.message);
  const reason = withAdvice(`${code}: ${vm.error?.message ?? 'no message'}`, advice);
  const seenBefore = state.attempts.some((attempt) => attempt.result?.code === code);
  const blamed = whose === 'image' || (whose === 'suspect' && seenBefore);
  if (!blamed) return inconclusive(code, reason, files);
  return { ...failed(reason, [{ check: 'provisioned', outcome: 'failed', detail: reason }], files), code };
}

function judgeChecks(
  sent: NonNullable<Attempt['checks']>,
  vm: PresentVm,
  smokeTest: SmokeTestPolicy,
  now: Instant,
): EvidenceDraft | undefined {
  const commands = smokeTest.command;
  const { runCommand } = vm;
  const files = [...serialFile(vm), ...answerFiles(runCommand)];
  const limitMs = Object.values(commands).reduce((sum, command) => sum + command.timeout, 60_000) + graceForAnswerMs;
  const isLate = msBetween(sent.startedAt ?? sent.intendedAt, now) >= limitMs;
  if (runCommand?.kind !== 'finished')
    return isLate ? inconclusive('ChecksTimedOut', 'the checks gave no answer in time', files) : undefined;
  if (runCommand.state !== 'Succeeded')
    return inconclusive('ChecksInterrupted', `run command ended as ${runCommand.state}`, files);
  // Boot diagnostics lag behind the guest, and are no reason for another VM at once.
  if (vm.serialLog === undefined)
    return isLate ? inconclusive('SerialLogMissing', 'the serial log could not be read', files) : undefined;

  const answer = judgeAnswer(commands, sent.nonce, runCommand.output);
  if (answer.kind === 'unusable') return inconclusive('AnswerUnusable', `run command: ${answer.reason}`, files);
  const builtIn: CheckResult[] = [
    { check: 'agent ready', outcome: 'passed' },
    { check: 'serial log is clean', outcome: 'passed' },
  ];
  const checks = [...builtIn, ...answer.checks];
  const broken = checks.filter((check) => check.outcome !== 'passed');
  if (broken.length > 0)
    return failed(broken.map(({ check, detail }) => `${check}: ${detail ?? 'failed'}`).join('; '), checks, files);
  return { verdict: 'passed', reason: `${checks.length} of ${checks.length} checks passed`, checks, files };
}

function serialFile(vm: PresentVm): EvidenceFile[] {
  return vm.serialLog === undefined ? [] : [{ name: 'serial.log', content: vm.serialLog }];
}

function answerFiles(runCommand: RunCommandLook | undefined): EvidenceFile[] {
  if (runCommand?.kind !== 'finished') return [];
  return [{ name: 'checks.txt', content: `${runCommand.output}\n${runCommand.error}` }];
}

function failed(reason: string, checks: CheckResult[], files: EvidenceFile[]): EvidenceDraft {
  return { verdict: 'failed', reason, checks, files };
}

function inconclusive(code: string, reason: string, files: EvidenceFile[]): EvidenceDraft {
  return { verdict: 'inconclusive', reason, code, checks: [], files };
}
