import type { GalleryImageVersion, GalleryImageVersionUpdate } from '@azure/arm-compute';
import type { FlagPlan } from '../domain/flagPlan.ts';
import { normaliseRegion } from '../domain/imageVersion.ts';

/**
 * The update that changes the exclude flags and nothing else. A publishing profile is written whole: what is left out
 * of it may be taken as removed. A target region that the plan does not know was added meanwhile by somebody else: it
 * stays, and stays out of latest until it is decided on.
 */
export function withFlags(
  { publishingProfile, safetyProfile }: GalleryImageVersion,
  plan: FlagPlan,
): GalleryImageVersionUpdate {
  const targetRegions = publishingProfile?.targetRegions?.map((region) => ({
    ...region,
    excludeFromLatest: plan.regions[normaliseRegion(region.name)] ?? true,
  }));
  return {
    publishingProfile: {
      ...publishingProfile,
      ...(targetRegions && { targetRegions }),
      excludeFromLatest: plan.excludeFromLatest,
    },
    // ARM asks for the storage profile in the bag, even if nothing of it changes.
    storageProfile: {},
    ...(safetyProfile && { safetyProfile }),
  };
}
