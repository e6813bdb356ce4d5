import { act, type Decision, nothing, record, wait } from './decision.ts';
import { type ImageVersion, isUnsettled } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type Instant, lookUnlessTold, msBetween, nextLook } from './instant.ts';
import { lostOfOthers } from './othersChanges.ts';

type Write = NonNullable<IncarnationState['write']>;

const lookEveryMs = 15_000;
const mostLostWrites = 5;
/** Each write comes back as an event: one that never stays must not be repeated at the pace of its own events. */
const lookAtLostEveryMs = 10 * 60_000;

/** Sends an intended write as soon as Azure takes writes, and again when the accepted one is not to be seen. */
export function decideWrite(state: IncarnationState, write: Write, version: ImageVersion, now: Instant): Decision {
  if (isUnsettled(version)) return wait(lookAtUnsettled(state, write, now));
  if (write.acceptedAt === undefined) return act({ kind: 'writeFlags', plan: write.plan });
  if (msBetween(write.acceptedAt, now) < lookEveryMs) return wait(nextLook(write.acceptedAt, now, lookEveryMs));
  if (write.lost < mostLostWrites) {
    const restores = lostOfOthers(state, write, version, now);
    const again = restores && { type: 'othersRestoreIntended' as const, plan: { ...write.plan, restores } };
    return record({ type: 'galleryWriteLost' }, ...(again ? [again] : []));
  }
  if (state.needsAttention) {
    const isDue = msBetween(write.acceptedAt, now) >= lookAtLostEveryMs;
    return isDue ? record({ type: 'galleryWriteLost' }) : nothing;
  }
  const reason = `${mostLostWrites} accepted writes of the exclude flags (${write.purpose}) did not stay: find out who else writes to this version`;
  return record({ type: 'needsAttention', code: 'GalleryWriteLost', reason });
}

/** What is to be hidden may be visible until then, so nobody's word is waited for. */
function lookAtUnsettled(state: IncarnationState, { purpose, intendedAt }: Write, now: Instant): Instant {
  return purpose === 'publish' ? lookUnlessTold(state, intendedAt, now) : nextLook(intendedAt, now, lookEveryMs);
}
