import { act, type Decision, nothing, record, wait } from './decision.ts';
import type { IncarnationFact } from './facts.ts';
import { type ImageVersion, isUnsettled } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type Instant, msBetween, nextLook } from './instant.ts';

type Write = NonNullable<IncarnationState['write']>;

const lookEveryMs = 15_000;
const mostLostWrites = 5;
/** Each write comes back as an event: one that never stays must not be repeated at the pace of its own events. */
const lookAtLostEveryMs = 10 * 60_000;

/** Sends an intended write as soon as Azure takes writes, and again when the accepted one is not to be seen. */
export function decideWrite(state: IncarnationState, write: Write, version: ImageVersion, now: Instant): Decision {
  if (isUnsettled(version)) return wait(nextLook(write.intendedAt, now, lookEveryMs));
  if (write.acceptedAt === undefined) return act({ kind: 'writeFlags', plan: write.plan });
  if (msBetween(write.acceptedAt, now) < lookEveryMs) return wait(nextLook(write.acceptedAt, now, lookEveryMs));
  if (write.lost < mostLostWrites) return record({ type: 'galleryWriteLost' });
  if (state.needsAttention) {
    const isDue = msBetween(write.acceptedAt, now) >= lookAtLostEveryMs;
    return isDue ? record({ type: 'galleryWriteLost' }) : nothing;
  }
  const reason = `${mostLostWrites} accepted writes of the exclude flags (${write.purpose}) did not stay: find out who else writes to this version`;
  return record({ type: 'needsAttention', code: 'GalleryWriteLost', reason });
}

/**
 * What else is different when a write is read back: the end of life or its block, which every write repeats as they
 * were, or target regions that were there and are not any more. That is not ours to undo, and not to be passed over.
 */
export function changedByOthers(write: Write | undefined, version: ImageVersion): IncarnationFact[] {
  if (!write) return [];
  const { regions, setEndOfLife, blockDeletionBeforeEndOfLife } = write.plan;
  const endOfLifeDate = setEndOfLife ?? write.plan.endOfLifeDate;
  const lostRegions = Object.keys(regions).filter((name) =>
    version.targetRegions.every((region) => region.name !== name),
  );
  const endOfLife = version.endOfLifeDate ?? null;
  const block = version.safetyProfile.blockDeletionBeforeEndOfLife ?? false;
  const isNewDate = endOfLifeDate !== undefined && endOfLifeDate !== endOfLife;
  const isNewBlock = blockDeletionBeforeEndOfLife !== undefined && blockDeletionBeforeEndOfLife !== block;
  if (lostRegions.length === 0 && !isNewDate && !isNewBlock) return [];
  return [
    {
      type: 'changedByOthers',
      lostRegions,
      ...(isNewDate && { endOfLifeDate: endOfLife }),
      ...(isNewBlock && { blockDeletionBeforeEndOfLife: block }),
    },
  ];
}
