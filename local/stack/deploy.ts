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
  await Promise.all([deployStorage(endpoints, policyFile), deployGallery(endpoints), assignRoles(endpoints)]);
}

async function deployStorage(endpoints: Endpoints, policyFile: string): Promise<void> {
  const blobs = new BlobServiceClient(endpoints.blob, localCredential(endpoints, 'service'));
  for (const container of storage.containers) await blobs.getContainerClient(container).createIfNotExists();
  await writePolicy(endpoints, await readFile(policyFile, 'utf8'));
}

/** Replaces the policy file, as the owner of the storage account would. */
export async function writePolicy(endpoints: Endpoints, text: string): Promise<void> {
  const blobs = new BlobServiceClient(endpoints.blob, localCredential(endpoints, 'service'));
  await blobs.getContainerClient('config').getBlockBlobClient('policy.yaml').upload(text, Buffer.byteLength(text));
}

/** Roles of the data plane by the ids that they have in every tenant, and the one that may hand out others. */
const roles = {
  dataOwner: '090c5cfd-751d-490a-894a-3ce6f1109419',
  dataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
  dataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
  accessAdministrator: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
} as const;

/** What infra/modules/serviceBus.bicep and keyVault.bicep assign. */
async function assignRoles(endpoints: Endpoints): Promise<void> {
  const { service, teamAdministration } = names.principals;
  const topic = `${names.serviceBusNamespaceId}/topics/image-versions`;
  const wanted = [
    { scope: names.serviceBusNamespaceId, principalId: service.objectId, role: roles.dataSender },
    { scope: names.serviceBusNamespaceId, principalId: service.objectId, role: roles.dataReceiver },
    { scope: topic, principalId: teamAdministration.objectId, role: roles.dataOwner },
    { scope: topic, principalId: teamAdministration.objectId, role: roles.accessAdministrator },
    {
      scope: `${names.serviceBusNamespaceId}/queues/deliveries`,
      principalId: teamAdministration.objectId,
      role: roles.dataSender,
    },
    { scope: names.keyVaultId, principalId: teamAdministration.objectId, role: roles.secretsOfficer },
  ];
  for (const [index, { scope, principalId, role }] of wanted.entries()) {
    const name = `55555555-5555-5555-5555-${String(index).padStart(12, '0')}`;
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
    const roleDefinitionId = `/subscriptions/${names.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    await callArm(endpoints, 'PUT', path, {
      properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' },
    });
  }
}

async function deployGallery(endpoints: Endpoints): Promise<void> {
  const { resourceGroup, gallery, location, instance } = names;
  const client = computeClient(endpoints);
  await putResourceGroup(endpoints, resourceGroup);
  await putResourceGroup(endpoints, names.smokeTestGroup);
  await client.galleries
    .createOrUpdate(resourceGroup, gallery, { location, tags: { 'imprimatur-instance': instance } })
    .submitted();
  await untilSucceeded(() => client.galleries.get(resourceGroup, gallery));
  await makeDefinitions(endpoints, names.definitions);
}

/** Image definitions of Linux in the gallery; there once they can take versions. */
export async function makeDefinitions(endpoints: Endpoints, images: string[]): Promise<void> {
  const { resourceGroup, gallery, location } = names;
  const client = computeClient(endpoints);
  for (const image of images) {
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
  for (const image of images) {
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
