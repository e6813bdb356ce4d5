import type { IncarnationState } from '../domain/incarnationState.ts';
import type { LaunchLimits, LaunchWait } from '../domain/launchWait.ts';

/** What to do about a version that waits, as a sentence. */
export function whatEndsWait(
  { by, until }: LaunchWait,
  { imageVersionId, byHand, outcome }: IncarnationState,
  limits: LaunchLimits,
): string {
  if (by === 'breaker')
    return 'mend what the failures have in common, probe with: imprimatur test VERSION; then: imprimatur resume --all --reason WHY';
  if (by === 'pause') {
    const paused = limits.noLaunch ? '--all' : imageVersionId.slice(0, imageVersionId.lastIndexOf('/versions/'));
    return `when its reason is gone: imprimatur resume ${paused} --reason WHY`;
  }
  if (until === undefined) return 'mend the document budget/vms, or delete it: the count begins anew';
  const mayExpedite = !byHand && outcome === undefined;
  const sooner = mayExpedite ? '; what cannot wait: imprimatur expedite VERSION --reason WHY --ticket TICKET' : '';
  return `wait until ${until}, or grant more in the policy: budget.vmMinutes${sooner}`;
}
