import { expect, test } from 'vitest';
import { appSettings } from '../../local/stack/appSettings.ts';
import { readConfig } from '../../shared/config.ts';
import { descendants, entries, nameOf, parseBicepFile } from './parseBicep.ts';

const declaration = descendants(parseBicepFile('infra/modules/functionApp.bicep')).find(
  (node) => node.type === 'resource_declaration' && nameOf(node) === 'appSettings',
);
const values =
  declaration &&
  descendants(declaration).find((node) => node.type === 'object_property' && nameOf(node) === 'properties');
const deployed = new Map(values ? entries(values) : []);

/** Settings that the Functions host reads, and the app does not. */
const readByTheHost = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'AzureWebJobs.httpApi.Disabled',
  'AzureWebJobs.imageEvents.Disabled',
  'AzureWebJobs.queuedImageEvents.Disabled',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
];

/** Where traces go, for the app and the host: local Azure has no such place. */
const telemetry = 'APPLICATIONINSIGHTS_CONNECTION_STRING';

/** What config.ts would read and Azure does not need. */
const notDeployed = [
  'AzureResourceManager__audience', // the endpoint is the audience
  'ImprimaturStorage', // a connection string holds a key
  'ServiceBusConnection', // a connection string holds a key
];

const endpoints = {
  arm: 'https://management.azure.com/',
  eventGrid: 'http://localhost',
  serviceBus: 'bus.servicebus.windows.net',
  serviceBusTls: 'bus.servicebus.windows.net',
  serviceBusAdministration: 'bus.servicebus.windows.net',
  blob: 'https://account.blob.core.windows.net/',
  queue: 'https://account.queue.core.windows.net',
  keyVault: 'https://vault.vault.azure.net',
  functions: 'http://localhost',
  identity: 'http://localhost',
  caFile: '',
  subscriptionId: 's',
  resourceGroup: 'g',
  gallery: 'c',
};

/** The deployed settings: literals as they stand, the rest as local Azure fills them in. */
function filledIn(): Record<string, string> {
  const local = appSettings(endpoints, '2026-11-23T07:00:00Z');
  return Object.fromEntries(
    [...deployed].map(([name, source]) => [
      name,
      /^'([^'$]*)'$/.exec(source)?.[1] ?? local[name] ?? 'from the template',
    ]),
  );
}

test('the app accepts the deployed settings; it or the host reads each of them, and none is missing', () => {
  const read = new Set<string>();
  const recording = new Proxy({ ...filledIn(), [telemetry]: 'InstrumentationKey=i' } as Record<string, string>, {
    get(target, name: string) {
      read.add(name);
      return target[name];
    },
  });

  const config = readConfig(recording);

  expect([...deployed.keys()].filter((name) => !read.has(name)).sort()).toEqual(readByTheHost);
  expect([...read].filter((name) => !deployed.has(name)).sort()).toEqual(notDeployed);
  for (const { identity } of [config.resourceManager, config.storage as { identity: { kind: string } }])
    expect(identity.kind).toBe('managedIdentity');
});

test('local Azure gives its app the same settings', () => {
  const local = Object.keys(appSettings(endpoints, '')).filter(
    // Flex Consumption has the first in functionAppConfig, and the platform sets the others itself.
    (name) => !['FUNCTIONS_WORKER_RUNTIME', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER'].includes(name),
  );

  expect(local.sort()).toEqual(
    [...deployed.keys()].filter((name) => ![...readByTheHost, telemetry].includes(name)).sort(),
  );
});

test('no setting holds a key', () => {
  expect([...deployed].filter(([, value]) => /listKeys|AccountKey|SharedAccessKey/i.test(value))).toEqual([]);
});
