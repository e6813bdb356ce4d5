import { type Decision, nothing, record, wait } from './decision.ts';
import type { ReleaseState } from './releaseState.ts';

/** A wait is an entry, so that "why is it not published?" has an answer; the same wait is recorded once. */
export function waitFor(release: ReleaseState, waits: NonNullable<ReleaseState['waits']>): Decision {
  const known = release.waits;
  const isKnown = known?.code === waits.code && known.reason === waits.reason && known.until === waits.until;
  if (!isKnown) return record({ type: 'releaseWaits', ...waits });
  return waits.until === undefined ? nothing : wait(waits.until);
}
