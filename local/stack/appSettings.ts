import type { Endpoints } from './endpoints.ts';
import {
  apiAudience,
  galleryId,
  identityHeader,
  instance,
  principals,
  regions,
  serviceBusNamespaceId,
  smokeTestGroupId,
  subnetId,
  tenantId,
} from './names.ts';

/** The application settings that infra/ gives the Function App in Azure, with local endpoints in them. */
export function appSettings(endpoints: Endpoints, takeChargeAt: string): Record<string, string> {
  const { clientId } = principals.service;
  const identity = (connection: string) => ({
    [`${connection}__credential`]: 'managedidentity',
    [`${connection}__clientId`]: clientId,
  });
  return {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    IDENTITY_ENDPOINT: `${endpoints.identity}/msi/token`,
    IDENTITY_HEADER: identityHeader,
    ServiceBusConnection__fullyQualifiedNamespace: endpoints.serviceBusTls,
    ...identity('ServiceBusConnection'),
    TeamAdministration__fullyQualifiedNamespace: endpoints.serviceBusAdministration,
    TeamAdministration__credential: 'managedidentity',
    TeamAdministration__clientId: principals.teamAdministration.clientId,
    IMPRIMATUR_SERVICE_BUS_NAMESPACE_ID: serviceBusNamespaceId,
    IMPRIMATUR_WEBHOOK_ORIGIN: 'localhost',
    // Servers of teams are on this machine.
    IMPRIMATUR_WEBHOOK_NETWORKS: '127.0.0.0/8 ::1/128',
    IMPRIMATUR_STORAGE_QUEUES: `${endpoints.queue}/`,
    IMPRIMATUR_KEY_VAULT: endpoints.keyVault,
    IMPRIMATUR_KEY_VAULT_AUDIENCE: 'https://vault.azure.net',
    ImprimaturStorage__blobServiceUri: endpoints.blob,
    ...identity('ImprimaturStorage'),
    AzureResourceManager__endpoint: endpoints.arm,
    ...identity('AzureResourceManager'),
    IMPRIMATUR_API_ISSUERS: `https://sts.windows.net/${tenantId}/`,
    IMPRIMATUR_API_AUDIENCES: apiAudience,
    IMPRIMATUR_API_KEYS: `${endpoints.arm}/${tenantId}/discovery/v2.0/keys`,
    IMPRIMATUR_INSTANCE: instance,
    IMPRIMATUR_GALLERIES: galleryId,
    IMPRIMATUR_TAKE_CHARGE_AT: takeChargeAt,
    IMPRIMATUR_SMOKE_TEST_RESOURCE_GROUP: smokeTestGroupId,
    IMPRIMATUR_SMOKE_TEST_SUBNETS: JSON.stringify(
      Object.fromEntries(regions.map((region) => [region, subnetId(region)])),
    ),
    IMPRIMATUR_POLICY_BLOB: 'config/policy.yaml',
    IMPRIMATUR_SWEEP_SCHEDULE: '0 */5 * * * *',
  };
}
