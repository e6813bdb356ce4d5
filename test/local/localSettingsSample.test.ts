import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { appSettings } from '../../local/stack/appSettings.ts';
import { type Endpoints, serviceBusConnectionString } from '../../local/stack/endpoints.ts';
import { gallery, resourceGroup, subscriptionId } from '../../local/stack/names.ts';
import { defaultPorts } from '../../local/stack/ports.ts';
import sample from '../../local.settings.sample.json' with { type: 'json' };
import { readConfig } from '../../shared/config.ts';
import { cleanUpHostProcesses, startHostProcess } from './functionsHost/hostProcess.ts';

const values = z.record(z.string(), z.string()).parse(sample.Values);

/** Settings that others than the app read. */
const readElsewhere = [
  'AzureWebJobsStorage', // Functions host: its own leases and timer status
  'FUNCTIONS_WORKER_RUNTIME', // Functions host
  'IDENTITY_ENDPOINT', // @azure/identity, as on App Service
  'IDENTITY_HEADER',
  'NODE_EXTRA_CA_CERTS', // Node.js
];

/** Where `npm start` listens when no port is chosen. */
const endpoints: Endpoints = {
  arm: `https://localhost:${defaultPorts.arm}`,
  eventGrid: `http://localhost:${defaultPorts.eventGrid}`,
  serviceBus: `localhost:${defaultPorts.serviceBus}`,
  serviceBusTls: `localhost:${defaultPorts.serviceBusTls}`,
  serviceBusAdministration: `localhost:${defaultPorts.serviceBusAdministration}`,
  blob: `https://localhost:${defaultPorts.blob}/devstoreaccount1`,
  queue: `https://localhost:${defaultPorts.queue}/devstoreaccount1`,
  keyVault: `https://localhost:${defaultPorts.keyVault}`,
  functions: `http://localhost:${defaultPorts.functions}`,
  identity: `http://localhost:${defaultPorts.identity}`,
  caFile: '.local/stack/certificates/ca.pem',
  subscriptionId,
  resourceGroup,
  gallery,
};

test('the app accepts it, and every setting in it is read by somebody', () => {
  const read = new Set<string>();
  const recording = new Proxy(values, {
    get(target, name: string) {
      read.add(name);
      return target[name];
    },
  });

  readConfig(recording);

  const unread = Object.keys(values).filter((name) => !read.has(name));
  expect(unread.sort()).toEqual(readElsewhere);
});

test('it says what the local stack tells its own host, but for the connections of the host itself', () => {
  const takeChargeAt = '2026-01-01T00:00:00Z';
  const ownHost = Object.entries(appSettings(endpoints, takeChargeAt));

  expect(values).toEqual({
    ...Object.fromEntries(ownHost.filter(([name]) => !name.startsWith('ServiceBusConnection__'))),
    ServiceBusConnection: serviceBusConnectionString(endpoints),
    AzureWebJobsStorage: expect.stringContaining(`;BlobEndpoint=${endpoints.blob};`),
    NODE_EXTRA_CA_CERTS: endpoints.caFile,
  });
});

test('its own port is none of the local stack', () => {
  expect(Object.values(defaultPorts)).not.toContain(sample.Host.LocalHttpPort);
});

test('a host that reads it loads the app and serves its HTTP API', async () => {
  onTestFinished(cleanUpHostProcesses);
  // Nothing that listens or fires: somebody may be using the ports of the sample.
  const names = ['publicationSteps', 'queuedImageEvents', 'auditIndex', 'sweep', 'teamDeliveries'];
  const env = Object.fromEntries(names.map((name) => [`AzureWebJobs_${name}_Disabled`, 'true']));

  const host = await startHostProcess(resolve('.'), {
    settingsFile: 'local.settings.sample.json',
    env,
    extensions: { http: { routePrefix: 'api' } },
  });

  expect(host.functions).toEqual(['httpApi', 'imageEvents']);
  expect(await (await fetch(`${host.url}/api/health`)).json()).toEqual({ status: 'ok' });
});
