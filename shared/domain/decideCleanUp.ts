import { act, type Decision, nothing, together, wait } from './decision.ts';
import type { Attempt, IncarnationState } from './incarnationState.ts';
import { addMs, type Instant, lookUnlessTold, msBetween } from './instant.ts';
import type { RunLook } from './look.ts';

const repeatAfterMs = 10 * 60_000;

/** Deletes the VM of every attempt whose evidence is saved or that nobody waits for; the verdict does not wait for it. */
export function decideCleanUp(state: IncarnationState, look: RunLook, now: Instant): Decision {
  return together(state.attempts.map((attempt) => cleanUp(state, attempt, look, now)));
}

function cleanUp(state: IncarnationState, attempt: Attempt, look: RunLook, now: Instant): Decision {
  const { launch, deletion } = attempt;
  const { result } = attempt;
  const over =
    result !== undefined || state.deleted || state.outcome !== undefined || state.needsAttention !== undefined;
  if (!launch || attempt.goneAt !== undefined || !over) return nothing;

  const { vmName, region } = launch;
  const number = attempt.number;
  const until = keptUntil(state, attempt);
  if (until !== undefined && now < until) return wait(until);
  const vm = look.vms[vmName];
  if (vm?.kind === 'absent') return act({ kind: 'releaseSlot', attempt: number, vmName, region });
  if (!deletion) {
    return act({ kind: 'deleteVm', attempt: number, vmName }, { type: 'vmDeletionIntended', attempt: number, vmName });
  }
  const beganAt = deletion.acceptedAt ?? deletion.intendedAt;
  const stalled =
    msBetween(beganAt, now) >= repeatAfterMs && vm?.kind === 'present' && vm.provisioningState !== 'Deleting';
  if (deletion.acceptedAt === undefined || stalled) return act({ kind: 'deleteVm', attempt: number, vmName });
  // Azure tells when a VM is gone.
  return wait(lookUnlessTold(state, beganAt, now));
}

/** Until when a VM that did not pass is left for whoever asked to look at it. */
export function keptUntil({ byHand, deleted }: IncarnationState, { result }: Attempt): Instant | undefined {
  if (deleted || !result || result.verdict === 'passed' || byHand?.keepMinutes === undefined) return undefined;
  return addMs(result.at, byHand.keepMinutes * 60_000);
}
