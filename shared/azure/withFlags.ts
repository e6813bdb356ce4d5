import type { GalleryImageVersion, GalleryImageVersionUpdate, TargetRegion } from '@azure/arm-compute';
import type { FlagPlan } from '../domain/flagPlan.ts';
import { normaliseRegion } from '../domain/imageVersion.ts';

/**
 * The update that changes the exclude flags, the end of life where the plan sets one, what it restores for others, and
 * nothing else. A publishing profile is written whole: what is left out of it may be taken as removed. A target region
 * that the plan does not know was added meanwhile by somebody else: it stays, and stays out of latest until it is
 * decided on.
 */
export function withFlags(
  { publishingProfile, safetyProfile }: GalleryImageVersion,
  plan: FlagPlan,
): GalleryImageVersionUpdate {
  const { restores } = plan;
  const found = publishingProfile?.targetRegions;
  const targetRegions =
    found &&
    withLost(found, restores?.regions ?? []).map((region) => ({
      ...region,
      excludeFromLatest: plan.regions[normaliseRegion(region.name)] ?? true,
    }));
  const endOfLifeDate = plan.setEndOfLife ?? restores?.endOfLifeDate;
  const { blockDeletionBeforeEndOfLife = false } = safetyProfile ?? {};
  return {
    publishingProfile: {
      ...publishingProfile,
      ...(targetRegions && { targetRegions }),
      excludeFromLatest: plan.excludeFromLatest,
      ...(endOfLifeDate !== undefined && { endOfLifeDate: new Date(endOfLifeDate) }),
    },
    // ARM asks for the storage profile in the bag, even if nothing of it changes.
    storageProfile: {},
    safetyProfile: {
      ...safetyProfile,
      // Never left to a default: that of API version 2026-03-03 would be true (Azure/azure-cli#32375). An end of life
      // that is set is repeated with the profile; none is not a value that can be written.
      blockDeletionBeforeEndOfLife: restores?.blockDeletionBeforeEndOfLife ?? blockDeletionBeforeEndOfLife,
    },
  };
}

/** With regions that somebody else had added, and that are not there any more. */
function withLost(found: TargetRegion[], lost: NonNullable<FlagPlan['restores']>['regions']): TargetRegion[] {
  const names = found.map(({ name }) => normaliseRegion(name));
  const missing = lost.filter(({ name }) => !names.includes(name));
  return [
    ...found,
    ...missing.map(({ name, replicaCount, storageAccountType }) => ({
      name,
      ...(replicaCount !== undefined && { regionalReplicaCount: replicaCount }),
      ...(storageAccountType !== undefined && { storageAccountType }),
    })),
  ];
}
