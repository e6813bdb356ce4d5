import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { ServiceBusClient } from '@azure/service-bus';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { processClock } from '../../../local/clock.ts';
import { startServiceBus } from '../../../local/serviceBus/startServiceBus.ts';
import { createAnnouncements } from '../../../shared/azure/createAnnouncements.ts';
import { createAuditIndexQueue } from '../../../shared/azure/createAuditIndexQueue.ts';
import { createServiceBusClient } from '../../../shared/azure/createServiceBusClient.ts';
import { createTeamMessages } from '../../../shared/azure/createTeamMessages.ts';
import { createWakeUps } from '../../../shared/azure/createWakeUps.ts';
import { entities } from '../../../shared/config.ts';
import { emptyHead, sealEntries } from '../../../shared/domain/entries.ts';
import { indexRecordsOf } from '../../../shared/domain/indexRecord.ts';
import { instantOf } from '../../../shared/domain/instant.ts';
import { messagesContract } from '../../contracts/messagesContract.ts';
import { ManualClock } from '../../local/manualClock.ts';
import { receiveAll } from '../../local/serviceBus/receiveAll.ts';
import { startTestBus } from '../../local/serviceBus/startTestBus.ts';
import { startTestIdentity } from './startTestIdentity.ts';
import { trustLocalAuthority } from './trustLocalAuthority.ts';

const deployed = JSON.parse(readFileSync(new URL('../../../infra/serviceBus.json', import.meta.url), 'utf8'));
const key = '0123456789abcdef0123';
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'adapters-'));
  const identity = await startTestIdentity(folder);
  stops.push(() => identity.stop().then(() => rm(folder, { recursive: true })));
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** A broker with the deployed entities, and the client of the app connected to it over TLS by managed identity. */
async function startBus() {
  const clock = new ManualClock(Date.now());
  const teamSubscriptions = [{ topic: entities.imageVersions, name: 'team' }];
  const bus = await startTestBus({ entities: deployed, teamSubscriptions, clock });
  setDefaultCACertificates([...getCACertificates('default'), bus.ca]);
  const client = createServiceBusClient({
    fullyQualifiedNamespace: `localhost:${bus.tlsPort}`,
    identity: { kind: 'managedIdentity' },
  });
  const stop = async () => {
    await client.close();
    await bus.stop();
  };
  return { bus, clock, client, stop };
}

/** A client learns from its socket that it was cut off; a send before that waits for its own timeout. */
async function socketsToClose(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function receiveSession(client: ServiceBusClient) {
  const receiver = await client.acceptSession(entities.publications, key, { receiveMode: 'receiveAndDelete' });
  const messages = await receiveAll(receiver);
  await receiver.close();
  return messages;
}

function receiveTeam(client: ServiceBusClient) {
  const receiver = client.createReceiver(entities.imageVersions, 'team', { receiveMode: 'receiveAndDelete' });
  return receiveAll(receiver);
}

messagesContract('Azure Service Bus', async () => {
  const { bus, clock, client, stop } = await startBus();
  return {
    wakeUps: createWakeUps(client.createSender(entities.publications)),
    announcements: createAnnouncements(client.createSender(entities.imageVersions)),
    now: () => instantOf(clock.now()),
    advance: (ms) => clock.advance(ms),
    receiveWakeUps: async () => (await receiveSession(bus.client)).map(({ body }) => body),
    receiveAnnouncementIds: async () => (await receiveTeam(bus.client)).map(({ messageId }) => String(messageId)),
    stop,
  };
});

describe('messages on Azure Service Bus', () => {
  let running: Awaited<ReturnType<typeof startBus>>;
  beforeEach(async () => {
    running = await startBus();
  });
  afterEach(() => running.stop());

  test('a wake-up goes into the session of its image definition', async () => {
    const { bus, client } = running;

    await createWakeUps(client.createSender(entities.publications)).send(
      { schema: 1, key, cause: 'event 1', retry: 0 },
      'id-1',
    );

    expect(await receiveSession(bus.client)).toMatchObject([
      {
        sessionId: key,
        messageId: 'id-1',
        contentType: 'application/json',
        applicationProperties: { cause: 'event 1' },
      },
    ]);
  });

  test('an announcement is a CloudEvent in binary mode, with plain properties to filter on', async () => {
    const { bus, client } = running;
    const data = { summary: 'corp/ubuntu 1.0.0 is published' };

    await createAnnouncements(client.createSender(entities.imageVersions)).send([
      {
        id: 'a1',
        type: 'imprimatur.imageVersion.published.v1',
        source: '/imprimatur/x',
        subject: '/subscriptions/s/versions/1.0.0',
        traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01',
        time: '2026-11-22T08:00:00.000Z',
        data,
        properties: {
          type: 't',
          gallery: 'corp',
          image: 'ubuntu',
          version: '1.0.0',
          regions: ',westeurope,northeurope,',
          severity: 'info',
          outcome: 'passed',
          os: 'linux',
        },
      },
    ]);

    const [message] = await receiveTeam(bus.client);
    expect(message).toMatchObject({ messageId: 'a1', contentType: 'application/json', body: data });
    expect(message?.applicationProperties).toEqual({
      'cloudEvents:specversion': '1.0',
      'cloudEvents:id': 'a1',
      'cloudEvents:type': 'imprimatur.imageVersion.published.v1',
      'cloudEvents:source': '/imprimatur/x',
      'cloudEvents:subject': '/subscriptions/s/versions/1.0.0',
      'cloudEvents:time': '2026-11-22T08:00:00.000Z',
      'cloudEvents:traceparent': '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01',
      type: 't',
      gallery: 'corp',
      image: 'ubuntu',
      version: '1.0.0',
      regions: ',westeurope,northeurope,',
      region_westeurope: true,
      region_northeurope: true,
      severity: 'info',
      outcome: 'passed',
      os: 'linux',
    });
  });

  test('records that are sent together go to the audit index as one message, dropped where it was sent before', async () => {
    const { bus, client } = running;
    const authorship = { actor: 'service', cause: 'test', appendId: 'x', at: '2026-11-22T08:00:00.000Z' };
    const facts = Array.from({ length: 21 }, () => ({ type: 'needsAttention' as const, code: 'C', reason: 'r' }));
    const records = indexRecordsOf(sealEntries('log', emptyHead, facts, authorship), 0);
    const messages = records.map((record) => ({ record, retry: 0 }));
    const again = messages.map(({ record }) => ({ record, retry: 1 }));
    const last = messages.at(-1);
    const queue = createAuditIndexQueue(client.createSender(entities.auditIndex));

    await queue.send(messages);
    await queue.send(messages);
    await queue.send(again);

    const receiver = bus.client.createReceiver(entities.auditIndex, { receiveMode: 'receiveAndDelete' });
    const received = await receiveAll(receiver);
    expect(received.map(({ body }) => body)).toEqual([messages.slice(0, 20), last, again.slice(0, 20), again.at(-1)]);
    expect(received.map(({ messageId }) => messageId)).toEqual([
      expect.any(String),
      last?.record.id,
      expect.any(String),
      `${last?.record.id}-1`,
    ]);
  });

  test('an announcement that is too large for the namespace is refused for good', async () => {
    const sending = createAnnouncements(running.client.createSender(entities.imageVersions)).send([
      {
        id: 'large',
        type: 't',
        source: 's',
        subject: 's',
        time: '2026-11-22T08:00:00.000Z',
        traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01',
        data: { summary: 'x'.repeat(2_000_000) },
        properties: {
          type: 't',
          gallery: 'g',
          image: 'i',
          version: 'v',
          regions: '',
          severity: 'info',
          outcome: '',
          os: '',
        },
      },
    ]);

    await expect(sending).rejects.toMatchObject({ code: 'MessageSizeExceeded', retryable: false });
  });

  test('a send finds the broker again after it was restarted', async () => {
    const { bus, client } = running;
    const wakeUps = createWakeUps(client.createSender(entities.publications));
    const wakeUp = { schema: 1, key, cause: 'event 1', retry: 0 } as const;
    await wakeUps.send(wakeUp, 'before');
    const restarted = await bus.restart();
    await socketsToClose();

    await wakeUps.send(wakeUp, 'after');

    expect((await receiveSession(restarted)).map(({ messageId }) => messageId)).toEqual(['before', 'after']);
  });

  test('a broker that is down is an error that may pass, and is found again when it is back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'adapters-'));
    const { keyFile, certFile } = await trustLocalAuthority(folder);
    const tls = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
    const dataFile = join(folder, 'journal.jsonl');
    const start = (ports: { port: number; tlsPort: number }) =>
      startServiceBus({ ...ports, tls, dataFile, entities: deployed, teamSubscriptions: [], clock: processClock });
    const first = await start({ port: 0, tlsPort: 0 });
    const client = createServiceBusClient({
      fullyQualifiedNamespace: `localhost:${first.tlsPort}`,
      identity: { kind: 'managedIdentity' },
    });
    const wakeUps = createWakeUps(client.createSender(entities.publications));
    const send = (id: string) => wakeUps.send({ schema: 1, key, cause: id, retry: 0 }, id);
    await send('before');
    await first.stop();
    await socketsToClose();

    for (const id of ['during 1', 'during 2'])
      await expect(send(id)).rejects.toMatchObject({ name: 'AdapterError', retryable: true });
    const second = await start(first);
    await send('after');

    await client.close();
    await second.stop();
    await rm(folder, { recursive: true });
  });

  test('an entity that does not exist is an error for good', async () => {
    const sending = createWakeUps(running.client.createSender('missing')).send(
      { schema: 1, key, cause: 'event 1', retry: 0 },
      'id-1',
    );

    await expect(sending).rejects.toMatchObject({ code: 'MessagingEntityNotFound', retryable: false });
  });
});

test('dead letters of a team are looked at, and one is taken out; nothing is there where no team is', async () => {
  const { client, stop } = await startBus();
  try {
    const messages = createTeamMessages(client);
    const sender = client.createSender(entities.imageVersions);
    for (const id of ['a', 'b'])
      await sender.sendMessages({
        messageId: `${id}-again`,
        body: { summary: id },
        applicationProperties: {
          'cloudEvents:id': id,
          'cloudEvents:type': 't',
          'cloudEvents:subject': 's',
        },
      });
    const receiver = client.createReceiver(entities.imageVersions, 'team');
    for (const message of await receiver.receiveMessages(2))
      await receiver.deadLetterMessage(message, { deadLetterReason: 'Unreadable', deadLetterErrorDescription: 'why' });

    expect(await messages.deadLetters('team')).toMatchObject([
      { id: 'a', type: 't', subject: 's', reason: 'Unreadable: why', data: { summary: 'a' } },
      { id: 'b' },
    ]);
    await messages.removeDeadLetter('team', 'b');
    await messages.removeDeadLetter('team', 'gone');
    expect(await messages.deadLetters('team')).toMatchObject([{ id: 'a' }]);
    expect(await messages.deadLetters('nobody')).toEqual([]);
  } finally {
    await stop();
  }
});
