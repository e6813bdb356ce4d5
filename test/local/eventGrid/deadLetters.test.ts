import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedIdentityCredential } from '@azure/identity';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { processClock } from '../../../local/clock.ts';
import { type RunningEventGrid, startEventGrid } from '../../../local/eventGrid/startEventGrid.ts';
import { startIdentity } from '../../../local/identity/startIdentity.ts';
import { startAzurite } from '../../../local/storage/startAzurite.ts';
import { eventually } from '../../eventually.ts';
import { trustLocalAuthority } from '../../shared/azure/trustLocalAuthority.ts';
import { ManualClock } from '../manualClock.ts';

const minute = 60_000;
const app = { name: 'app', clientId: 'c', objectId: 'o', managedIdentity: 'systemAssigned' } as const;

let folder: string;
let clock: ManualClock;
let endpoint: string;
let container: ContainerClient;
let url: string;
let running: RunningEventGrid;
const stops: (() => Promise<unknown> | unknown)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dead-letters-'));
  stops.push(() => rm(folder, { recursive: true }));
  const tls = await trustLocalAuthority(folder);
  const identity = await startIdentity({ port: 0, folder, tenantId: 't', identities: [app], clock: processClock });
  stops.push(identity.stop);
  vi.stubEnv('IDENTITY_ENDPOINT', identity.msiEndpoint);
  vi.stubEnv('IDENTITY_HEADER', identity.header);
  const azurite = await startAzurite({ port: 0, folder: join(folder, 'blobs'), tls, log: () => {} });
  stops.push(azurite.stop);
  endpoint = `${azurite.endpoint}/devstoreaccount1`;
  container = new BlobServiceClient(endpoint, new ManagedIdentityCredential()).getContainerClient('dead-letters');
  const hook = createServer((request, response) => {
    if (request.method === 'OPTIONS') return response.writeHead(200, { 'webhook-allowed-origin': '*' }).end();
    return response.writeHead(400).end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  stops.push(() => hook.close());
  url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
});

afterEach(() => running.stop());

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  vi.unstubAllEnvs();
});

async function start(): Promise<void> {
  running = await startEventGrid({
    port: 0,
    journalFile: join(folder, 'events.journal'),
    subscriptions: [
      {
        name: 'Image-Events',
        topic: 'images',
        destination: { url },
        eventDeliverySchema: 'CloudEventSchemaV1_0',
        deadLetter: { container: 'dead-letters' },
      },
    ],
    deadLetterBlobs: { endpoint, credential: new ManagedIdentityCredential() },
    clock,
  });
  await eventually(() => expect(running.subscriptions()[0]?.provisioningState).toBe('Succeeded'));
}

async function blobNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat()) names.push(name);
  return names;
}

describe('an event that cannot be delivered', () => {
  it('becomes a blob after five minutes, also when the container and this process come and go meanwhile', async () => {
    clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 59));
    await start();
    const event = { id: '1', source: '/s', type: 'T', specversion: '1.0', data: { a: 1 } };
    const headers = { 'content-type': 'application/cloudevents+json' };
    await fetch(running.topicUrl('images'), { method: 'POST', headers, body: JSON.stringify(event) });
    const journal = join(folder, 'events.journal');
    await eventually(async () => expect(await readFile(journal, 'utf8')).toContain('deadLetterReason'));
    await clock.advance(4 * minute);
    await running.stop();
    await start();
    await clock.advance(minute);

    await container.create();
    await eventually(async () => {
      await clock.advance(minute);
      expect(await blobNames()).toHaveLength(1);
    });

    const [name = ''] = await blobNames();
    expect(name).toMatch(/^IMAGE-EVENTS\/2026\/1\/2\/4\/[0-9a-f-]{36}\.json$/);
    const content = await container.getBlobClient(name).downloadToBuffer();
    expect(JSON.parse(content.toString())).toEqual([
      {
        ...event,
        deadletterreason: 'UndeliverableDueToClientError',
        deliveryattempts: 1,
        lastdeliveryoutcome: 'BadRequest',
        publishtime: '2026-01-02T03:59:00.000Z',
        lastdeliveryattempttime: '2026-01-02T03:59:00.000Z',
      },
    ]);
  });
});
