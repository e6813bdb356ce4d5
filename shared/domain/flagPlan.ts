import type { ImageVersion, TargetRegion } from './imageVersion.ts';
import type { Instant } from './instant.ts';

/**
 * The exclude flags of one image version after one write. Always complete: the global flag and every target region's
 * flag, so that no state between two writes offers a region that nobody decided on.
 */
export interface FlagPlan {
  excludeFromLatest: boolean;
  regions: Record<string, boolean>;
  /** As it was when the write was decided on, null for none; absent in entries of before it was recorded. */
  endOfLifeDate?: Instant | null;
  blockDeletionBeforeEndOfLife?: boolean;
  /** The end of life that is written with the flags; without it, the date is repeated as it is found. */
  setEndOfLife?: Instant;
  /** What somebody else had written and a third writer took back: written again with the flags. */
  restores?: {
    regions: Omit<TargetRegion, 'excludeFromLatest' | 'encrypted'>[];
    endOfLifeDate?: Instant;
    blockDeletionBeforeEndOfLife?: boolean;
  };
}

/** Hides the version everywhere: global and regional flags, so that clearing one of them by hand offers nothing. */
export function hideEverywhere(version: ImageVersion): FlagPlan {
  return { excludeFromLatest: true, regions: flags(version, () => true), ...endOfLifeOf(version) };
}

/** Offers the version in the regions named; a target region that is not named stays excluded. */
export function offerIn(version: ImageVersion, regions: string[]): FlagPlan {
  const excludeFromLatest = regions.length === 0;
  return { excludeFromLatest, regions: flags(version, (name) => !regions.includes(name)), ...endOfLifeOf(version) };
}

/** Whether the plan offers the version in a region. */
export function offersIn({ excludeFromLatest, regions }: FlagPlan, region: string): boolean {
  return !excludeFromLatest && regions[region] === false;
}

/** Whether Azure shows exactly the flags of the plan, and its end of life where it sets one; a region added since then does not belong to it. */
export function showsPlan(version: ImageVersion, plan: FlagPlan): boolean {
  return (
    version.excludeFromLatest === plan.excludeFromLatest &&
    (plan.setEndOfLife === undefined || plan.setEndOfLife === version.endOfLifeDate) &&
    version.targetRegions.every(({ name, excludeFromLatest = false }) => {
      const planned = plan.regions[name];
      return planned === undefined || planned === excludeFromLatest;
    })
  );
}

/** The version as Azure shows it once the flags of the plan are written. */
export function withPlan(version: ImageVersion, plan: Pick<FlagPlan, 'excludeFromLatest' | 'regions'>): ImageVersion {
  return {
    ...version,
    excludeFromLatest: plan.excludeFromLatest,
    targetRegions: version.targetRegions.map(({ name }) => ({ name, excludeFromLatest: plan.regions[name] ?? true })),
  };
}

function endOfLifeOf({ endOfLifeDate, safetyProfile }: ImageVersion) {
  return {
    endOfLifeDate: endOfLifeDate ?? null,
    blockDeletionBeforeEndOfLife: safetyProfile.blockDeletionBeforeEndOfLife ?? false,
  };
}

function flags(version: ImageVersion, excluded: (region: string) => boolean): Record<string, boolean> {
  return Object.fromEntries(version.targetRegions.map(({ name }) => [name, excluded(name)]));
}
