import { expect, test } from 'vitest';
import { createAzurePorts } from '../../../shared/azure/createAzurePorts.ts';
import { readConfig } from '../../../shared/config.ts';

const settings = {
  IMPRIMATUR_GALLERIES: '/subscriptions/s/resourceGroups/images/providers/Microsoft.Compute/galleries/corp',
  IMPRIMATUR_SMOKE_TEST_RESOURCE_GROUP: '/subscriptions/s/resourceGroups/smoke',
  IMPRIMATUR_SMOKE_TEST_SUBNETS: JSON.stringify({
    'West Europe': '/subscriptions/s/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/s',
  }),
  TeamAdministration__fullyQualifiedNamespace: 'ns.servicebus.windows.net',
  IMPRIMATUR_SERVICE_BUS_NAMESPACE_ID: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/ns',
  IMPRIMATUR_WEBHOOK_ORIGIN: 'func-a.azurewebsites.net',
  IMPRIMATUR_STORAGE_QUEUES: 'https://*.queue.core.windows.net/',
  IMPRIMATUR_KEY_VAULT: 'https://kv-a.vault.azure.net/',
  IMPRIMATUR_KEY_VAULT_AUDIENCE: 'https://vault.azure.net',
  IMPRIMATUR_API_ISSUERS: 'https://sts.windows.net/t/',
  IMPRIMATUR_API_AUDIENCES: 'api://app',
  IMPRIMATUR_API_KEYS: 'https://login.microsoftonline.com/t/discovery/v2.0/keys',
  IMPRIMATUR_SWEEP_SCHEDULE: '0 */5 * * * *',
};

test.each([
  [
    'identities',
    {
      ImprimaturStorage__blobServiceUri: 'https://account.blob.core.windows.net',
      ServiceBusConnection__fullyQualifiedNamespace: 'ns.servicebus.windows.net',
    },
  ],
  [
    'connection strings',
    {
      ImprimaturStorage: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=aw==;EndpointSuffix=core.windows.net',
      ServiceBusConnection: 'Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=aw==',
    },
  ],
])('connects with %s, and asks nobody before the first call', async (_, connections) => {
  const ports = createAzurePorts(readConfig({ ...settings, ...connections }));

  expect(ports.smokeTestVms.regions).toEqual(['westeurope']);
  await ports.close();
});
