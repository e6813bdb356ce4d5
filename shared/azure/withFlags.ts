import type { GalleryImageVersion, GalleryImageVersionUpdate } from '@azure/arm-compute';
import type { FlagPlan } from '../domain/flagPlan.ts';
import { normaliseRegion } from '../domain/imageVersion.ts';

/**
 * The update that changes the exclude flags, the end of life where the plan sets one, and nothing else. A publishing profile is written whole: what is left out
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
      ...(plan.setEndOfLife !== undefined && { endOfLifeDate: new Date(plan.setEndOfLife) }),
    },
    // ARM asks for the storage profile in the bag, even if nothing of it changes.
    storageProfile: {},
    safetyProfile: {
      ...safetyProfile,
      // Never left to a default: that of API version 2026-03-03 would be true (Azure/azure-cli#32375). An end of life
      // that is set is repeated with the profile; none is not a value that can be written.
      blockDeletionBeforeEndOfLife: safetyProfile?.blockDeletionBeforeEndOfLife ?? false,
    },
  };
}
