import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { ComputeManagementClient } from '@azure/arm-compute';
import { BlobServiceClient } from '@azure/storage-blob';
import storage from '../../infra/storage.json' with { type: 'json' };
import { callArm } from './callArm.ts';
import type { Endpoints } from './endpoints.ts';
import { localCredential } from './localCredential.ts';
import * as names from './names.ts';

/**
 * Makes what the templates under infra/ make in Azure, and a gallery with image definitions and sources to play with.
 */
export async function deploy(endpoints: Endpoints, policyFile: string): Promise<void> {
  await Promise.all([deployStorage(endpoints, policyFile), deployGallery(endpoints)]);
}

async function deployStorage(endpoints: Endpoints, policyFile: string): Promise<void> {
  const blobs = new BlobServiceClient(endpoints.blob, localCredential(endpoints, 'service'));
  for (const container of storage.containers) await blobs.getContainerClient(container).createIfNotExists();
  const policy = await readFile(policyFile, 'utf8');
  await blobs.getContainerClient('config').getBlockBlobClient('policy.yaml').upload(policy, Buffer.byteLength(policy));
}

async function deployGallery(endpoints: Endpoints): Promise<void> {
  const { resourceGroup, gallery, location } = names;
  const client = computeClient(endpoints);
  await putResourceGroup(endpoints, resourceGroup);
  await putResourceGroup(endpoints, names.smokeTestGroup);
  await client.galleries.createOrUpdate(resourceGroup, gallery, { location }).submitted();
  await untilSucceeded(() => client.galleries.get(resourceGroup, gallery));
  for (const image of names.definitions) {
    const identifier = { publisher: 'corp', offer: image, sku: 'server' };
    const definition = {
      location,
      osType: 'Linux',
      osState: 'Generalized',
      hyperVGeneration: 'V2',
      identifier,
    } as const;
    await client.galleryImages.createOrUpdate(resourceGroup, gallery, image, definition).submitted();
  }
  for (const image of names.definitions) {
    await untilSucceeded(() => client.galleryImages.get(resourceGroup, gallery, image));
  }
}

/** A poller would wait in real seconds for what local Azure does on its own clock. */
async function untilSucceeded(get: () => Promise<{ provisioningState?: string }>): Promise<void> {
  while ((await get()).provisioningState !== 'Succeeded') await wait(50);
}

function putResourceGroup(endpoints: Endpoints, name: string): Promise<unknown> {
  const path = `/subscriptions/${names.subscriptionId}/resourcegroups/${name}?api-version=2021-04-01`;
  return callArm(endpoints, 'PUT', path, { location: names.location });
}

/** As the person or pipeline that builds images. */
export function computeClient(endpoints: Endpoints): ComputeManagementClient {
  const credential = localCredential(endpoints, 'imageBuilder');
  return new ComputeManagementClient(credential, names.subscriptionId, { endpoint: endpoints.arm });
}
