import { invalidParameter } from '../errors.ts';
import { regionDisplayName, regionName } from '../regions.ts';
import { instant } from '../request.ts';
import type { PublishingProfile, TargetRegion } from './galleryTypes.ts';

type FullProfile = PublishingProfile & { targetRegions: TargetRegion[] };

/** A publishing profile with everything that Azure fills in; regions that were there keep what is not sent for them. */
export function completeProfile(
  sent: PublishingProfile,
  location: string,
  before: FullProfile | undefined,
  now: number,
): FullProfile {
  const profile = {
    excludeFromLatest: false,
    ...sent,
    replicaCount: sent.replicaCount ?? before?.replicaCount ?? 1,
    storageAccountType: sent.storageAccountType ?? before?.storageAccountType ?? 'Standard_LRS',
    replicationMode: sent.replicationMode ?? before?.replicationMode ?? 'Full',
    publishedDate: before?.publishedDate ?? instant(now),
  };
  const regions = sent.targetRegions ?? before?.targetRegions ?? [{ name: location }];
  const targetRegions = regions.map((region): TargetRegion => {
    const name = regionDisplayName(region.name, 'galleryImageVersion.properties.publishingProfile.targetRegions');
    const earlier = before?.targetRegions.find((other) => other.name === name);
    const { excludeFromLatest: _flag, ...kept } = earlier ?? {};
    return {
      regionalReplicaCount: profile.replicaCount,
      storageAccountType: profile.storageAccountType,
      ...kept,
      ...region,
      name,
    };
  });
  requireRegions(targetRegions, location);
  return { ...profile, targetRegions };
}

function requireRegions(targetRegions: TargetRegion[], location: string): void {
  const names = targetRegions.map(({ name }) => regionName(name));
  if (new Set(names).size < names.length) {
    throw invalidParameter('targetRegions', 'The publishing profile names a target region more than once.');
  }
  if (names.includes(regionName(location))) return;
  throw invalidParameter(
    'galleryImageVersion.properties.publishingProfile.targetRegions',
    `Gallery image version publishing profile regions ${names.join(', ')} must contain the location of image version ${location}`,
  );
}
