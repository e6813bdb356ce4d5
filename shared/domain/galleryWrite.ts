import type { FlagPlan } from './flagPlan.ts';
import type { ImageVersion, TargetRegion } from './imageVersion.ts';
import type { Instant } from './instant.ts';

/** A write of the exclude flags that was intended and is not yet seen in Azure. */
export interface GalleryWrite {
  purpose: 'hold' | 'publish' | 'quarantine' | 'exclude' | 'replicate' | 'withdraw' | 'endOfLife' | 'retire' | 'undo';
  plan: FlagPlan;
  /** What it is for, where it is not for all. */
  regions?: string[];
  intendedAt: Instant;
  acceptedAt?: Instant;
  /** What of others the accepted write carried, as it was read right before it. */
  met?: Met;
  lost: number;
}

/** What a version has beside its flags, and every write repeats. */
export interface Met {
  targetRegions: TargetRegion[];
  endOfLifeDate: Instant | null;
  blockDeletionBeforeEndOfLife: boolean;
}

/** The same, as a plan knows it. */
export interface Profile extends Omit<Met, 'targetRegions'> {
  regions: string[];
}

export function profileOf({ targetRegions, endOfLifeDate, safetyProfile }: ImageVersion): Profile {
  return {
    regions: targetRegions.map(({ name }) => name).sort(),
    endOfLifeDate: endOfLifeDate ?? null,
    blockDeletionBeforeEndOfLife: safetyProfile.blockDeletionBeforeEndOfLife ?? false,
  };
}

/** Undefined where nothing of it differs from what the log knows: from the plan, and from all plans before. */
export function metBy(version: ImageVersion, { earlier = [] }: { earlier?: Profile[] }): Met | undefined {
  const found = profileOf(version);
  if (earlier.every((profile) => isSame(profile, found))) return undefined;
  const { regions: _, ...rest } = found;
  return { targetRegions: version.targetRegions, ...rest };
}

function isSame(one: Profile, other: Profile): boolean {
  return (
    one.regions.join() === other.regions.join() &&
    one.endOfLifeDate === other.endOfLifeDate &&
    one.blockDeletionBeforeEndOfLife === other.blockDeletionBeforeEndOfLife
  );
}

/** The same purpose again keeps the count of writes that were lost. */
export function intend(
  state: { write?: GalleryWrite; earlier?: Profile[] },
  purpose: GalleryWrite['purpose'],
  plan: FlagPlan,
  at: Instant,
  regions?: string[],
): void {
  const lost = state.write?.purpose === purpose ? state.write.lost : 0;
  state.write = { purpose, plan, ...(regions && { regions }), intendedAt: at, lost };
  const { endOfLifeDate, blockDeletionBeforeEndOfLife } = plan;
  // Of before it was recorded: nothing is known.
  if (endOfLifeDate === undefined || blockDeletionBeforeEndOfLife === undefined) return;
  const known = { regions: Object.keys(plan.regions).sort(), endOfLifeDate, blockDeletionBeforeEndOfLife };
  const earlier = state.earlier ?? [];
  if (earlier.every((profile) => !isSame(profile, known))) state.earlier = [...earlier, known];
}
