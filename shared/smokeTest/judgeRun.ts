import type { Attempt, IncarnationState } from '../domain/incarnationState.ts';
import { type Instant, later, msBetween } from '../domain/instant.ts';
import type { PresentVm, VmLook } from '../domain/look.ts';
import { classOfError, withAdvice } from './errorClasses.ts';
import { type EvidenceDraft, failed, inconclusive, suspected } from './evidenceDraft.ts';
import { limits } from './limits.ts';
import { describeFinding, type SerialFinding } from './serialFinding.ts';
import { findFatal, lastWords, scanSerialLog } from './serialLog.ts';
import { expectedBoots } from './serialLogResult.ts';

/** Azure may take a moment to show a VM that it has just accepted. */
const unseenMs = 2 * 60_000;

/**
 * What a look at the VM alone says about the run, whatever its checks do: the VM is gone, it panicked, Azure could not
 * provision it, or its agent never came. Undefined while the run goes on.
 */
export function judgeRun(
  state: IncarnationState,
  attempt: Attempt,
  vm: VmLook | undefined,
  now: Instant,
): EvidenceDraft | undefined {
  const { launch, refused, goneAt } = attempt;
  // A policy that only observed for a while had the VM deleted in the middle of the run.
  if (launch && goneAt !== undefined) return inconclusive('VmGone', 'the VM was deleted before it was judged');
  if (!launch || !vm) return undefined;
  if (vm.kind === 'absent') return judgeAbsence(launch, refused, now);
  if (vm.provisioningState === 'Deleting')
    return inconclusive('VmGone', 'somebody deletes the VM before it was judged');
  const fatal = findFatal(vm.serialLog ?? '', expectedBoots(attempt));
  if (fatal) {
    const detail = describeFinding(fatal);
    return failed(detail, [{ check: 'serial log is clean', outcome: 'failed', detail }]);
  }
  if (vm.provisioningState === 'Failed') return judgeProvisioning(state, attempt, vm);
  if (refused) return endedBy(refused);
  return attempt.agentReadyAt === undefined ? judgeFirstBoot(state, attempt, launch, vm, now) : undefined;
}

/** A launch that was not accepted is tried again, but not for ever: a VM past its expiry would be reaped at once. */
function judgeAbsence(
  { acceptedAt, intendedAt, expiresAt }: NonNullable<Attempt['launch']>,
  refused: Attempt['refused'],
  now: Instant,
): EvidenceDraft | undefined {
  if (acceptedAt !== undefined && msBetween(acceptedAt, now) < unseenMs) return undefined;
  if (acceptedAt !== undefined) return inconclusive('VmGone', 'the VM is gone before it was judged');
  if (refused) return endedBy(refused);
  return now < expiresAt && msBetween(intendedAt, now) < limits.launchMs
    ? undefined
    : inconclusive('LaunchTimedOut', 'Azure accepted no launch of the VM in time');
}

/** Whatever Azure refuses to do for a run is never the image's fault. */
function endedBy({ code, reason, errorClass }: NonNullable<Attempt['refused']>): EvidenceDraft {
  return inconclusive(code, reason, errorClass);
}

/** Infrastructure is not the image. */
function judgeProvisioning(state: IncarnationState, attempt: Attempt, vm: PresentVm): EvidenceDraft {
  const code = vm.error?.code ?? 'ProvisioningFailed';
  const { class: whose, advice } = classOfError(code, vm.error?.message);
  const reason = withAdvice(`${code}: ${vm.error?.message ?? 'no message'}`, advice);
  const checks = [{ check: 'provisioned', outcome: 'failed' as const, detail: reason }];
  if (whose === 'image') return { ...failed(reason, checks), code, errorClass: whose };
  if (whose === 'suspect') return suspected(state, attempt, code, checks, reason);
  return inconclusive(code, reason, whose);
}

function judgeFirstBoot(
  state: IncarnationState,
  attempt: Attempt,
  { acceptedAt, intendedAt }: NonNullable<Attempt['launch']>,
  vm: PresentVm,
  now: Instant,
): EvidenceDraft | undefined {
  const waitedMs = msBetween(acceptedAt ?? intendedAt, now);
  if (vm.provisioningState !== 'Succeeded') {
    return waitedMs >= limits.provisioningMs
      ? inconclusive('ProvisioningTimedOut', 'Azure did not finish provisioning the VM')
      : undefined;
  }
  const { agentTimeoutMinutes } = state.smokeTest;
  // What provisioning took is not the agent's.
  const since = later(acceptedAt ?? intendedAt, vm.provisionedAt ?? intendedAt);
  if (vm.agentReady || msBetween(since, now) < agentTimeoutMinutes * 60_000) return undefined;
  const late = `not ready ${agentTimeoutMinutes} minutes after the VM was provisioned`;
  if (vm.serialLog === undefined)
    return inconclusive(
      'NothingSeen',
      `the VM agent was ${late}, and there is no serial log: Azure may not see the guest`,
    );
  const errors = scanSerialLog(vm.serialLog).filter(({ severity }) => severity === 'error');
  const detail = `${late}; ${errors.length > 0 ? errors.map(describeFinding).join('; ') : farthestPoint(vm.serialLog)}`;
  const reason = `the VM agent was ${detail}`;
  const checks = [{ check: 'agent ready', outcome: 'failed' as const, detail }];
  const isProof = errors.some((finding) => isOwn(finding, state.smokeTest));
  return isProof ? failed(reason, checks) : suspected(state, attempt, 'AgentNotReady', checks, reason);
}

/**
 * Whether an error is the guest's own, and proof at the first sight. A unit may have failed for want of what the platform
 * gives (an address, the metadata of the VM), and what the policy ignores is no proof of anything.
 */
function isOwn({ kind, line }: SerialFinding, { serialLog }: IncarnationState['smokeTest']): boolean {
  return kind !== 'failed unit' && !serialLog?.ignore.some((text) => line.includes(text));
}

/** How far a guest came that has nothing wrong in its log. */
function farthestPoint(serialLog: string): string {
  const words = lastWords(serialLog);
  return words === undefined ? 'its serial log is empty' : `its serial log ends with: ${words}`;
}
