import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { entities, readConfig } from '../../shared/config.ts';
import { ConfigError } from '../../shared/errors.ts';

const gallery = '/subscriptions/s/resourceGroups/images/providers/Microsoft.Compute/galleries/corp';
const namespaceId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/ns';
const subnet = '/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/smoke';

const minimal = {
  ImprimaturStorage__blobServiceUri: 'https://account.blob.core.windows.net',
  ImprimaturStorage__credential: 'managedidentity',
  ServiceBusConnection__fullyQualifiedNamespace: 'ns.servicebus.windows.net',
  TeamAdministration__fullyQualifiedNamespace: 'ns.servicebus.windows.net',
  IMPRIMATUR_SERVICE_BUS_NAMESPACE_ID: namespaceId,
  IMPRIMATUR_WEBHOOK_ORIGIN: 'func-a.azurewebsites.net',
  IMPRIMATUR_STORAGE_QUEUES: 'https://*.queue.core.windows.net/',
  IMPRIMATUR_KEY_VAULT: 'https://kv-a.vault.azure.net/',
  IMPRIMATUR_KEY_VAULT_AUDIENCE: 'https://vault.azure.net',
  IMPRIMATUR_API_ISSUERS: 'https://sts.windows.net/t/ https://login.microsoftonline.com/t/v2.0',
  IMPRIMATUR_API_AUDIENCES: 'api://app',
  IMPRIMATUR_API_KEYS: 'https://login.microsoftonline.com/t/discovery/v2.0/keys',
  IMPRIMATUR_GALLERIES: gallery,
  IMPRIMATUR_SMOKE_TEST_RESOURCE_GROUP: '/subscriptions/s/resourceGroups/smoke',
  IMPRIMATUR_SMOKE_TEST_SUBNETS: JSON.stringify({ 'West Europe': subnet }),
  IMPRIMATUR_SWEEP_SCHEDULE: '0 */5 * * * *',
};

test('reads the settings of identity-based connections, with defaults for the rest', () => {
  expect(readConfig(minimal)).toEqual({
    instance: 'imprimatur',
    storage: { blobServiceUri: 'https://account.blob.core.windows.net', identity: { kind: 'managedIdentity' } },
    serviceBus: { fullyQualifiedNamespace: 'ns.servicebus.windows.net', identity: { kind: 'default' } },
    resourceManager: {
      endpoint: 'https://management.azure.com',
      scope: 'https://management.azure.com/.default',
      identity: { kind: 'default' },
    },
    galleries: [{ subscriptionId: 's', resourceGroup: 'images', gallery: 'corp' }],
    smokeTest: { subscriptionId: 's', resourceGroup: 'smoke', subnets: { westeurope: subnet } },
    policyBlob: { container: 'config', name: 'policy.yaml' },
    api: {
      issuers: ['https://sts.windows.net/t/', 'https://login.microsoftonline.com/t/v2.0'],
      audiences: ['api://app'],
      keys: 'https://login.microsoftonline.com/t/discovery/v2.0/keys',
    },
    teamAdministration: {
      fullyQualifiedNamespace: 'ns.servicebus.windows.net',
      identity: { kind: 'default' },
      namespaceId,
    },
    webhooks: { origin: 'func-a.azurewebsites.net', exceptions: [] },
    storageQueues: { pattern: 'https://*.queue.core.windows.net/', identity: { kind: 'default' } },
    keyVault: {
      uri: 'https://kv-a.vault.azure.net',
      scope: 'https://vault.azure.net/.default',
      identity: { kind: 'default' },
    },
    sweepSchedule: '0 */5 * * * *',
  });
});

test('reads everything that may be set', () => {
  const config = readConfig({
    ...minimal,
    ImprimaturStorage__clientId: 'c1',
    ServiceBusConnection__credential: 'managedidentity',
    ServiceBusConnection__clientId: 'c2',
    AzureResourceManager__endpoint: 'https://management.usgovcloudapi.net/',
    AzureResourceManager__audience: 'https://management.core.usgovcloudapi.net/',
    AzureResourceManager__credential: 'managedidentity',
    AzureResourceManager__clientId: 'c3',
    IMPRIMATUR_WEBHOOK_NETWORKS: '10.1.0.0/16, fd00::/8',
    IMPRIMATUR_INSTANCE: 'blue',
    IMPRIMATUR_GALLERIES: `${gallery}, ${gallery}2\n${gallery}3`,
    IMPRIMATUR_TAKE_CHARGE_AT: '2026-11-22T07:00:00Z',
    IMPRIMATUR_POLICY_BLOB: 'settings/teams/policy.yaml',
  });

  expect(config).toMatchObject({
    instance: 'blue',
    storage: { identity: { kind: 'managedIdentity', clientId: 'c1' } },
    serviceBus: { identity: { kind: 'managedIdentity', clientId: 'c2' } },
    resourceManager: {
      endpoint: 'https://management.usgovcloudapi.net',
      scope: 'https://management.core.usgovcloudapi.net//.default',
      identity: { kind: 'managedIdentity', clientId: 'c3' },
    },
    takeChargeAt: '2026-11-22T07:00:00.000Z',
    policyBlob: { container: 'settings', name: 'teams/policy.yaml' },
  });
  expect(config.galleries.map((each) => each.gallery)).toEqual(['corp', 'corp2', 'corp3']);
});

test('names every problem in one message', () => {
  const settings = {
    ImprimaturStorage__blobServiceUri: 'http://account',
    ImprimaturStorage__credential: 'password',
    IMPRIMATUR_GALLERIES: `${gallery} /subscriptions/s`,
    IMPRIMATUR_SMOKE_TEST_RESOURCE_GROUP: 'smoke',
    IMPRIMATUR_SMOKE_TEST_SUBNETS: JSON.stringify({ westeurope: 'subnet' }),
    IMPRIMATUR_TAKE_CHARGE_AT: 'yesterday',
    IMPRIMATUR_POLICY_BLOB: 'policy.yaml',
    IMPRIMATUR_SERVICE_BUS_NAMESPACE_ID: 'bus',
    IMPRIMATUR_API_KEYS: 'http://keys',
    IMPRIMATUR_WEBHOOK_NETWORKS: '10.1.0.0',
    IMPRIMATUR_STORAGE_QUEUES: 'http://account/',
    IMPRIMATUR_SWEEP_SCHEDULE: 'often',
  };

  let problem: unknown;
  try {
    readConfig(settings);
  } catch (error) {
    problem = error;
  }

  expect(problem).toBeInstanceOf(ConfigError);
  const { message } = problem as ConfigError;
  const missing = [
    'ServiceBusConnection__fullyQualifiedNamespace',
    'TeamAdministration__fullyQualifiedNamespace',
    'IMPRIMATUR_API_ISSUERS',
    'IMPRIMATUR_API_AUDIENCES',
  ];
  for (const name of [...Object.keys(settings), ...missing]) expect(message).toContain(name);
  expect(message.split('\n')).toHaveLength(20);
});

test('refuses a connection that is given twice', () => {
  expect(() => readConfig({ ...minimal, ImprimaturStorage: 'AccountName=a;AccountKey=k' })).toThrow(/both set/);
});

test('takes connection strings and never shows them', () => {
  const { ImprimaturStorage__blobServiceUri: _, ServiceBusConnection__fullyQualifiedNamespace: __, ...rest } = minimal;
  const config = readConfig({
    ...rest,
    ImprimaturStorage: 'AccountName=a;AccountKey=hush',
    ServiceBusConnection: 'Endpoint=sb://n/;SharedAccessKeyName=k;SharedAccessKey=hush',
  });

  const shown = [JSON.stringify(config), inspect(config, { depth: null }), `${Object.values(config.storage)}`];

  expect(shown.join()).not.toContain('hush');
  expect('connectionString' in config.storage && config.storage.connectionString.reveal()).toContain('hush');
});

test('cannot be changed', () => {
  const config = readConfig(minimal);

  expect(() => Object.assign(config.smokeTest.subnets, { northeurope: subnet })).toThrow(TypeError);
});

test('names the queues and topics that are deployed', () => {
  const deployed = JSON.parse(readFileSync(new URL('../../infra/serviceBus.json', import.meta.url), 'utf8'));
  const names = [...deployed.queues, ...deployed.topics].map(({ name }: { name: string }) => name);

  expect(names).toEqual(expect.arrayContaining(Object.values(entities)));
});
