import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzureKeyCredential, EventGridDeserializer, EventGridPublisherClient } from '@azure/eventgrid';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureCertificates } from '../../../local/certificates.ts';
import {
  type EventGridOptions,
  type RunningEventGrid,
  startEventGrid,
} from '../../../local/eventGrid/startEventGrid.ts';
import { eventually } from '../../eventually.ts';
import { ManualClock } from '../manualClock.ts';

interface Received {
  headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  body: any;
}

const minute = 60_000;

let folder: string;
let clock: ManualClock;
let endpoint: Server;
let url: string;
let received: Received[];
/** What the endpoint answers to notifications, in turn; 200 when there is nothing left. */
let statuses: number[];
let validation: 'answers' | 'ignores' | 'refuses';
let callbacks: string[];
let running: RunningEventGrid | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-grid-'));
  clock = new ManualClock();
  received = [];
  statuses = [];
  validation = 'answers';
  callbacks = [];
  endpoint = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.method === 'OPTIONS') {
      callbacks.push(String(request.headers['webhook-request-callback']));
      if (validation === 'answers') response.setHeader('webhook-allowed-origin', 'eventgrid.azure.net');
      return response.writeHead(validation === 'refuses' ? 405 : 200).end();
    }
    const body = JSON.parse(text);
    if (request.headers['aeg-event-type'] === 'SubscriptionValidation') {
      const { validationCode, validationUrl } = body[0].data;
      callbacks.push(validationUrl);
      if (validation === 'refuses') return response.writeHead(404).end();
      return response.end(validation === 'answers' ? JSON.stringify({ validationResponse: validationCode }) : '');
    }
    received.push({ headers: request.headers, body });
    return response.writeHead(statuses.shift() ?? 200).end();
  });
  await listen(0);
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  await close();
  await rm(folder, { recursive: true });
});

async function listen(port: number): Promise<void> {
  await new Promise<void>((resolve) => endpoint.listen(port, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hook?code=secret`;
}

async function close(): Promise<void> {
  endpoint.closeAllConnections();
  await new Promise((resolve) => endpoint.close(resolve));
}

type Subscription = EventGridOptions['subscriptions'][number];

function optionsWith(subscription: Partial<Subscription> = {}): EventGridOptions {
  return {
    port: 0,
    journalFile: join(folder, 'events.journal'),
    subscriptions: [{ name: 'image-events', topic: 'images', destination: { url }, ...subscription }],
    clock,
    random: () => 0,
  };
}

async function start(
  subscription: Partial<Subscription> = {},
  more: Partial<EventGridOptions> = {},
): Promise<RunningEventGrid> {
  running = await startEventGrid({ ...optionsWith(subscription), ...more });
  return running;
}

async function startActive(subscription: Partial<Subscription> = {}, more: Partial<EventGridOptions> = {}) {
  const started = await start(subscription, more);
  await eventually(() => expect(stateOf(started)).toBe('Succeeded'));
  return started;
}

function stateOf({ subscriptions }: RunningEventGrid) {
  return subscriptions()[0]?.provisioningState;
}

function event(id: string, data: object = {}) {
  return {
    id,
    subject: '/s',
    eventType: 'Some.Type',
    eventTime: '2026-01-01T00:00:00.1234567Z',
    data,
    dataVersion: '2',
  };
}

function publish({ topicUrl }: Pick<RunningEventGrid, 'topicUrl'>, ...events: object[]): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(topicUrl('images'), { method: 'POST', headers, body: JSON.stringify(events) });
}

function idsReceived(): string[] {
  return received.flatMap(({ body }) => body).map(({ id }) => id);
}

async function untilReceived(count: number): Promise<void> {
  await eventually(() => expect(received).toHaveLength(count));
}

async function journalHolds(text: string): Promise<void> {
  await eventually(async () => expect(await readFile(join(folder, 'events.journal'), 'utf8')).toContain(text));
}

describe('publishing', () => {
  it('takes Event Grid events from the unmodified client and delivers them with the documented headers', async () => {
    const { url: base } = await startActive({}, { key: 'topic-key' });
    const client = new EventGridPublisherClient(
      `${base}/topics/images/api/events`,
      'EventGrid',
      new AzureKeyCredential('topic-key'),
      {
        allowInsecureConnection: true,
      },
    );

    await client.send([{ id: '1', subject: '/s', eventType: 'Some.Type', data: { a: 1 }, dataVersion: '2' }]);
    await untilReceived(1);

    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'aeg-event-type': 'Notification',
      'aeg-subscription-name': 'IMAGE-EVENTS',
      'aeg-delivery-count': '0',
      'aeg-metadata-version': '1',
      'aeg-data-version': '2',
    });
    const [read] = await new EventGridDeserializer().deserializeEventGridEvents(received[0]?.body);
    expect(read).toMatchObject({ id: '1', topic: '/topics/images', eventType: 'Some.Type', data: { a: 1 } });
  });

  it('takes CloudEvents from the unmodified client over https and delivers them one by one', async () => {
    const tls = await ensureCertificates(join(folder, 'certificates'));
    const { url: base } = await startActive(
      { eventDeliverySchema: 'CloudEventSchemaV1_0' },
      { key: 'topic-key', tls: { keyFile: tls.keyFile, certFile: tls.certFile } },
    );
    const script = `
      import { AzureKeyCredential, EventGridPublisherClient } from '@azure/eventgrid';
      const key = new AzureKeyCredential('topic-key');
      const client = new EventGridPublisherClient('${base}/topics/images/api/events', 'CloudEvent', key);
      const event = { source: '/s', type: 'T', data: { a: 1 }, extensionAttributes: { team: 'red' } };
      await client.send([{ ...event, id: '1' }, { ...event, id: '2' }]);`;

    await execa(process.execPath, ['--input-type=module', '-e', script], { env: { NODE_EXTRA_CA_CERTS: tls.caFile } });
    await untilReceived(2);

    expect(received[0]?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(received[0]?.headers['aeg-metadata-version']).toBe('1.0');
    expect(received.map(({ body }) => body.id).sort()).toEqual(['1', '2']);
    expect(received[0]?.body).toMatchObject({
      specversion: '1.0',
      source: '/s',
      type: 'T',
      team: 'red',
      data: { a: 1 },
    });
  });

  it('maps Event Grid events to CloudEvents', async () => {
    const started = await startActive({ eventDeliverySchema: 'CloudEventSchemaV1_0' });

    await publish(started, { ...event('1', { a: 1 }), topic: '/subscriptions/x' });
    await untilReceived(1);

    expect(received[0]?.body).toEqual({
      id: '1',
      source: '/subscriptions/x',
      specversion: '1.0',
      type: 'Some.Type',
      subject: '/s',
      time: '2026-01-01T00:00:00.1234567Z',
      data: { a: 1 },
    });
  });

  it.each([
    [400, 'not JSON', '{', {}],
    [400, 'the body: Invalid input: expected array', '{}', {}],
    [400, 'event 0.eventType', JSON.stringify([{ ...event('1'), eventType: undefined }]), {}],
    [
      400,
      'event 1.eventTime: expected an instant',
      JSON.stringify([event('1'), { ...event('2'), eventTime: 'soon' }]),
      {},
    ],
    [400, 'event specversion', JSON.stringify({ id: '1' }), { 'content-type': 'application/cloudevents+json' }],
    [413, 'larger than 1 MB', JSON.stringify([event('1', { text: 'x'.repeat(1024 * 1024) })]), {}],
    [401, 'not authorized', '[]', { 'aeg-sas-key': 'wrong' }],
  ])('refuses with %i: %s', async (status, message, body, headers) => {
    const { topicUrl } = await startActive({}, { key: 'topic-key' });

    const response = await fetch(topicUrl('images'), {
      method: 'POST',
      body,
      headers: { 'aeg-sas-key': 'topic-key', ...headers },
    });

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { code: expect.any(String), message: expect.stringContaining(message) },
    });
    expect(received).toEqual([]);
  });

  it('knows only the topics that somebody subscribes to, and one api-version', async () => {
    const { topicUrl } = await startActive();

    expect((await fetch(topicUrl('other'), { method: 'POST', body: '[]' })).status).toBe(404);
    expect((await fetch(topicUrl('images').split('?')[0] ?? '', { method: 'POST', body: '[]' })).status).toBe(400);
  });

  it('delivers only what the deployed filters let through', async () => {
    const deployed = JSON.parse(await readFile('infra/eventSubscriptions.json', 'utf8'));
    const started = await startActive({ filter: deployed.imageEvents.filter });
    const operation = 'microsoft.compute/GALLERIES/images/versions/write';
    const written = {
      ...event('1', { operationName: operation }),
      eventType: 'Microsoft.Resources.ResourceWriteSuccess',
    };

    await publish(started, event('2', { operationName: operation }), { ...written, id: '3', data: {} }, written);
    await untilReceived(1);

    expect(idsReceived()).toEqual(['1']);
  });
});

describe('validation of the endpoint', () => {
  it('holds events back until an endpoint that was down has agreed', async () => {
    const port = Number(new URL(url).port);
    await close();
    const started = await start();
    await eventually(() => expect(stateOf(started)).toBe('Failed'));
    expect(started.subscriptions()[0]?.reason).toContain('SocketError');
    await publish(started, event('1'));

    await listen(port);
    await clock.advance(2_000);
    await untilReceived(1);

    expect(stateOf(started)).toBe('Succeeded');
  });

  it.each(['EventGridSchema', 'CloudEventSchemaV1_0'] as const)(
    'waits for a later consent (%s)',
    async (eventDeliverySchema) => {
      validation = 'ignores';
      const started = await start({ eventDeliverySchema });
      await eventually(() => expect(stateOf(started)).toBe('AwaitingManualAction'));
      await publish(started, event('1'));

      expect((await fetch(callbacks[0] ?? '')).status).toBe(200);
      await untilReceived(1);

      expect(stateOf(started)).toBe('Succeeded');
    },
  );

  it('fails when nobody consents within five minutes', async () => {
    validation = 'ignores';
    const started = await start();
    await eventually(() => expect(stateOf(started)).toBe('AwaitingManualAction'));
    const states: unknown[] = [];
    validation = 'refuses';

    await clock.advance(5 * minute);
    states.push(stateOf(started));

    expect(states).toEqual(['Failed']);
    expect((await fetch(callbacks[0] ?? '')).status).toBe(400);
  });

  it('tells why an endpoint is not delivered to', async () => {
    validation = 'refuses';
    const started = await start();

    await eventually(() => expect(started.subscriptions()[0]?.reason).toContain('answered 404'));
    expect(await (await fetch(`${started.url}/eventSubscriptions`)).json()).toEqual(started.subscriptions());
  });
});

describe('delivery', () => {
  it('tries again on the documented schedule and counts the attempts', async () => {
    statuses = [500, 500, 500];
    const started = await startActive();
    await publish(started, event('1'));

    for (const [count, waitMs] of [10_000, 30_000, minute].entries()) {
      await untilReceived(count + 1);
      await journalHolds(`"attempts":${count + 1}`);
      await clock.advance(waitMs - 1);
      expect(received).toHaveLength(count + 1);
      await clock.advance(1);
    }
    await untilReceived(4);

    expect(received.map(({ headers }) => headers['aeg-delivery-count'])).toEqual(['0', '1', '2', '3']);
    await journalHolds('"done"');
  });

  it.each([
    [408, 2 * minute],
    [503, 30_000],
    [302, 10_000],
    [404, 10_000],
  ])('waits after %i for %i ms', async (status, waitMs) => {
    statuses = [status];
    const started = await startActive();
    await publish(started, event('1'));
    await untilReceived(1);
    await journalHolds('"attempts":1');

    await clock.advance(waitMs - 1);
    expect(received).toHaveLength(1);
    await clock.advance(1);

    await untilReceived(2);
  });

  it.each([400, 401, 403, 413])('gives up after %i', async (status) => {
    statuses = [status];
    const started = await startActive();

    await publish(started, event('1'));
    await journalHolds('"done"');
    await clock.advance(24 * 60 * minute);

    expect(received).toHaveLength(1);
  });

  it.each([
    [{ maxDeliveryAttempts: 2 }, 2],
    [{ eventTimeToLiveInMinutes: 1 }, 3],
  ])('gives up at the limits of its policy %j', async (retryPolicy, attempts) => {
    statuses = Array(10).fill(500);
    const started = await startActive({ retryPolicy });
    await publish(started, event('1'));

    for (let attempt = 1; attempt < attempts; attempt++) {
      await untilReceived(attempt);
      await journalHolds(`"attempts":${attempt}`);
      await clock.advance(attempt === 1 ? 10_000 : 30_000);
    }
    await untilReceived(attempts);
    await clock.advance(60 * minute);
    await journalHolds('"done"');

    expect(received).toHaveLength(attempts);
  });

  it('loses nothing in an outage of a minute, and delivers within the next retry', async () => {
    const port = Number(new URL(url).port);
    const started = await startActive();
    await close();
    await publish(started, ...Array.from({ length: 50 }, (_, index) => event(String(index))));
    for (let second = 0; second < 60; second++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }

    await listen(port);
    await publish(started, event('new'));
    await untilReceived(1);
    const passOneSecond = async () => {
      await clock.advance(1_000);
      expect(new Set(idsReceived()).size).toBe(51);
    };
    await eventually(passOneSecond);

    expect(idsReceived()[0]).toBe('new');
  });

  it('batches only when it was told to', async () => {
    validation = 'ignores';
    const started = await start({
      destination: { url, maxEventsPerBatch: 3 },
      eventDeliverySchema: 'CloudEventSchemaV1_0',
    });
    await publish(started, ...['1', '2', '3', '4'].map((id) => event(id)));
    await eventually(() => expect(callbacks).toHaveLength(1));
    await eventually(() => expect(stateOf(started)).toBe('AwaitingManualAction'));

    await fetch(callbacks[0] ?? '');
    await untilReceived(2);

    expect(received[0]?.headers['content-type']).toBe('application/cloudevents-batch+json; charset=utf-8');
    expect(received.map(({ body }) => body.length).sort()).toEqual([1, 3]);
  });
});

describe('the journal', () => {
  it('brings accepted events through a kill, and forgets delivered ones', async () => {
    const { clock: _, random: __, ...options } = optionsWith();
    const run = () => execa(process.execPath, ['local/eventGrid/main.ts', JSON.stringify(options)], { reject: false });
    statuses = [200, 500];
    const first = run();
    for await (const line of first) {
      const child = { topicUrl: () => `${JSON.parse(line).url}/topics/images/api/events?api-version=2018-01-01` };
      await publish(child, event('1'));
      await journalHolds('"done"');
      await publish(child, event('2'));
      await journalHolds('"attempts":1');
      first.kill('SIGKILL');
    }
    await first;

    const started = await startActive();
    expect(idsReceived()).toEqual(['1', '2']);
    await clock.advance(365 * 24 * 60 * minute);
    await untilReceived(3);

    expect(idsReceived()).toEqual(['1', '2', '2']);
    expect(await readFile(join(folder, 'events.journal'), 'utf8')).not.toContain('"id":"1"');
    expect(started.subscriptions()).toHaveLength(1);
  });

  it('ignores a line that a kill cut short', async () => {
    await writeFile(join(folder, 'events.journal'), '{"accepted":[{"key":"1","subs');

    await expect(startActive()).resolves.toBeDefined();
  });

  it('belongs to the process that holds the port', async () => {
    const first = await startActive();
    const journal = await readFile(join(folder, 'events.journal'), 'utf8');

    const second = startEventGrid({ ...optionsWith(), port: Number(new URL(first.url).port) });

    await expect(second).rejects.toThrow(/port \d+ on 127\.0\.0\.1 is already taken/);
    expect(await readFile(join(folder, 'events.journal'), 'utf8')).toBe(journal);
  });
});
