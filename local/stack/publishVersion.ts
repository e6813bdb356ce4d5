import { computeClient } from './deploy.ts';
import type { Endpoints } from './endpoints.ts';
import { gallery, location, managedImageId, regions, resourceGroup } from './names.ts';

/** Writes an image version the way an image pipeline does. Resolves when Azure has accepted it, not when it is replicated. */
export async function publishVersion(
  endpoints: Endpoints,
  image: string,
  version: string,
  guest: string,
): Promise<void> {
  const poller = computeClient(endpoints).galleryImageVersions.createOrUpdate(resourceGroup, gallery, image, version, {
    location,
    publishingProfile: {
      excludeFromLatest: true,
      targetRegions: regions.map((name) => ({ name, regionalReplicaCount: 1 })),
    },
    storageProfile: { source: { id: managedImageId(guest) } },
  });
  await poller.submitted();
}
