import type { ComputeManagementClient } from '@azure/arm-compute';
import { computeClient } from './deploy.ts';
import type { Endpoints } from './endpoints.ts';
import { gallery, location, managedImageId, regions, resourceGroup } from './names.ts';

export interface PublishOptions {
  /** Image pipelines that know of the service write versions that are hidden from the start; others do not. */
  excludeFromLatest?: boolean;
}

/** Writes an image version the way an image pipeline does. Resolves when Azure has accepted it, not when it is replicated. */
export function publishVersion(
  endpoints: Endpoints,
  image: string,
  version: string,
  guest: string,
  options?: PublishOptions,
): Promise<void> {
  return requestVersion(computeClient(endpoints), image, version, guest, options);
}

/** The same by a client that is signed in already. */
export async function requestVersion(
  { galleryImageVersions }: ComputeManagementClient,
  image: string,
  version: string,
  guest: string,
  { excludeFromLatest = true }: PublishOptions = {},
): Promise<void> {
  const targetRegions = regions.map((name) => ({ name, regionalReplicaCount: 1 }));
  const poller = galleryImageVersions.createOrUpdate(resourceGroup, gallery, image, version, {
    location,
    publishingProfile: { excludeFromLatest, targetRegions },
    storageProfile: { source: { id: managedImageId(guest) } },
  });
  await poller.submitted();
}
