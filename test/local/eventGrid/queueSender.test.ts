import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ServiceBusClient } from '@azure/service-bus';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningEventGrid, startEventGrid } from '../../../local/eventGrid/startEventGrid.ts';
import { eventually } from '../../eventually.ts';
import { ManualClock } from '../manualClock.ts';
import { startTestBus } from '../serviceBus/startTestBus.ts';

const event = { id: 'e1', subject: '/s', eventType: 'A.B', eventTime: '2026-01-01T00:00:00Z', data: { x: 1 } };
const queue = {
  name: 'image-events',
  requiresSession: false,
  requiresDuplicateDetection: true,
  duplicateDetectionHistoryTimeWindow: 'P1D',
  lockDuration: 'PT1M',
  maxDeliveryCount: 10,
  defaultMessageTimeToLive: 'P14D',
  deadLetteringOnMessageExpiration: true,
};
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const exp = Math.floor(Date.now() / 1000) + 3_600;
const token = `${part({ alg: 'none' })}.${part({ aud: 'https://servicebus.azure.net', exp })}.`;
const credential = { getToken: async () => ({ token, expiresOnTimestamp: exp * 1000 }) };

let folder: string;
let clock: ManualClock;
let running: RunningEventGrid;
let bus: Awaited<ReturnType<typeof startTestBus>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queues-'));
  clock = new ManualClock(Date.now());
  bus = await startTestBus({ entities: { queues: [queue], topics: [] }, clock });
  setDefaultCACertificates([...getCACertificates('default'), bus.ca]);
});
afterEach(async () => {
  await running.stop();
  await bus.stop();
  await rm(folder, { recursive: true });
});

async function start(name: string, fullyQualifiedNamespace = `localhost:${bus.tlsPort}`) {
  const log: string[] = [];
  running = await startEventGrid({
    port: 0,
    journalFile: join(folder, 'events.journal'),
    subscriptions: [{ name: 'to-queue', topic: 'images', destination: { queue: name } }],
    queues: { fullyQualifiedNamespace, credential },
    clock,
    random: () => 0,
    log: (line) => log.push(line),
  });
  return log;
}

async function publish() {
  const headers = { 'content-type': 'application/json' };
  await fetch(running.topicUrl('images'), { method: 'POST', headers, body: JSON.stringify([event]) });
}

test('a queue gets each event as one message, without having been asked whether it wants any', async () => {
  await start('image-events');
  await publish();

  const client = new ServiceBusClient(`localhost:${bus.tlsPort}`, credential);
  const [message] = await client.createReceiver('image-events').receiveMessages(1);
  await client.close();

  expect(running.subscriptions()).toMatchObject([{ provisioningState: 'Succeeded' }]);
  expect(message?.body).toMatchObject({ id: 'e1', subject: '/s', eventType: 'A.B', data: { x: 1 } });
  expect(message?.messageId).toBe(message?.applicationProperties?.['aeg-output-event-id']);
  expect(message?.applicationProperties).toMatchObject({ 'aeg-subscription-name': 'TO-QUEUE' });
});

test('what a queue does not take is kept, and tried again', async () => {
  const log = await start('nowhere');
  await publish();

  await eventually(() => expect(log).toEqual(['to-queue: 1 event(s) not delivered: NotFound']));
  await clock.advance(10_000);
  await eventually(() => expect(log).toHaveLength(2));
});
