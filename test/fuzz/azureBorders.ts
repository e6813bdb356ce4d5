import { ComputeManagementClient, type ComputeManagementClientOptionalParams } from '@azure/arm-compute';
import { createGalleries } from '../../shared/azure/createGalleries.ts';
import type { ResourceManager } from '../../shared/azure/createResourceManager.ts';
import { lookAtVm } from '../../shared/azure/lookAtVm.ts';
import { effectiveLatest } from '../../shared/domain/effectiveLatest.ts';
import { hideEverywhere, showsPlan } from '../../shared/domain/flagPlan.ts';
import { fc } from '../fastCheck.ts';
import { border, nearly } from './border.ts';

const date = '2026-11-22T08:00:00.000Z';
const version = {
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/i/versions/1.0.0',
  name: '1.0.0',
  location: 'westeurope',
  tags: { a: 'b' },
  systemData: { createdAt: date },
  properties: {
    provisioningState: 'Succeeded',
    publishingProfile: {
      publishedDate: date,
      excludeFromLatest: false,
      replicationMode: 'Full',
      targetRegions: [{ name: 'West Europe', excludeFromLatest: null, regionalReplicaCount: 1 }],
    },
    storageProfile: { source: { id: '/subscriptions/s' }, osDiskImage: { source: { uri: 'u' } } },
    safetyProfile: { allowDeletionOfReplicatedLocations: false, blockDeletionBeforeEndOfLife: false },
    replicationStatus: { summary: [{ region: 'West Europe', state: 'Completed' }] },
  },
};
const gallery = {
  name: 'g',
  location: 'westeurope',
  properties: {
    identifier: { uniqueName: 's-g' },
    sharingProfile: {
      permissions: 'Community',
      communityGalleryInfo: { communityGalleryEnabled: true, publicNames: ['g-1'] },
    },
  },
};
const vm = {
  name: 'vm',
  location: 'westeurope',
  properties: {
    provisioningState: 'Succeeded',
    instanceView: {
      statuses: [{ code: 'ProvisioningState/succeeded', time: date }, { code: 'PowerState/running' }],
      vmAgent: { statuses: [{ code: 'ProvisioningState/succeeded', displayStatus: 'Ready' }] },
    },
  },
};
const places = { subscriptionId: 's', resourceGroup: 'g', gallery: 'g', image: 'i' };
const credential = { getToken: async () => ({ token: 't', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };

/** The SDK with a server behind it that answers every request so. */
function answering(body: unknown, status = 200): ResourceManager {
  const httpClient: ComputeManagementClientOptionalParams['httpClient'] = {
    sendRequest: async (request) => {
      const { headers } = request;
      return { request, status, headers, bodyAsText: JSON.stringify(body) ?? '' };
    },
  };
  const client = new ComputeManagementClient(credential, 's', { httpClient, retryOptions: { maxRetries: 0 } });
  return { compute: () => client } as unknown as ResourceManager;
}

/** Answers of Azure Resource Manager, through its SDK. */
export const azureBorders = [
  border({
    name: 'image versions of Azure Resource Manager',
    inputs: fc.tuple(nearly(version), fc.constantFrom(200, 200, 200, 404, 409, 500)),
    take: async ([answer, status]) => {
      const seen = await createGalleries(answering(answer, status)).getVersion(places, '1.0.0');
      if (!seen) return;
      effectiveLatest([seen]);
      showsPlan(seen, hideEverywhere(seen));
    },
  }),
  border({
    name: 'lists and galleries of Azure Resource Manager',
    inputs: fc.tuple(nearly({ value: [version, version] }), nearly(gallery)),
    take: async ([list, answer]) => {
      await createGalleries(answering(answer)).getSharing(places);
      await createGalleries(answering(list)).listVersions(places);
    },
  }),
  border({
    name: 'virtual machines of Azure Resource Manager',
    inputs: nearly(vm),
    take: (answer) => {
      const place = { subscriptionId: 's', resourceGroup: 'g' };
      const wanted = { serialLog: false };
      return lookAtVm(answering(answer), place, 'vm', wanted, new AbortController().signal);
    },
  }),
];
