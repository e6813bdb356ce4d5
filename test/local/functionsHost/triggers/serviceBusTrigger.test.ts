import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processClock } from '../../../../local/clock.ts';
import { startIdentity } from '../../../../local/identity/startIdentity.ts';
import { BrokerProcess } from '../brokerProcess.ts';
import { cleanUpHostProcesses, type HostProcess, startHostProcess } from '../hostProcess.ts';

const broker = new BrokerProcess();
beforeAll(() => broker.start());
afterAll(async () => {
  await cleanUpHostProcesses();
  await broker.cleanUp();
});

const settings = { sessionIdleTimeout: '00:00:03', maxConcurrentSessions: 16, maxBatchWaitTime: '00:00:10' };

function startHost(serviceBus: object = {}, env: Record<string, string> = {}, workers = 1): Promise<HostProcess> {
  return startHostProcess('messagesApp.mjs', {
    extensions: { serviceBus: { ...settings, ...serviceBus } },
    env: { Bus: broker.connectionString, SESSION_QUEUE: 'session', IMPRIMATUR_CLOCK: broker.clock, ...env },
    workers,
  });
}

/** What the functions logged about a session or message, in order. */
function history(host: HostProcess, label: string): string[] {
  const lines = host.log().matchAll(new RegExp(`User: (start|end) ${label} (\\d+ #\\d+)$`, 'gm'));
  return [...lines].map(([, what, which]) => `${what} ${which}`);
}

describe('one host', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await startHost({ minMessageBatchSize: 3, maxMessageBatchSize: 4 });
  });
  afterAll(() => host.end());

  test('a session is handled in order, one message at a time', async () => {
    const bodies = [1, 2, 3, 4].map((n) => ({ body: { n }, sessionId: 'ordered' }));

    await broker.send('session', ...bodies);
    await host.logged(/end ordered 4/);

    const expected = [1, 2, 3, 4].flatMap((n) => [`start ${n} #1`, `end ${n} #1`]);
    expect(history(host, 'ordered')).toEqual(expected);
  });

  test('a message whose function throws is abandoned, and comes again before its successors', async () => {
    await broker.send(
      'session',
      { body: { n: 1, failFirst: true }, sessionId: 'abandoned' },
      { body: { n: 2 }, sessionId: 'abandoned' },
    );
    await host.logged(/end abandoned 2/);

    expect(history(host, 'abandoned')).toEqual(['start 1 #1', 'start 1 #2', 'end 1 #2', 'start 2 #1', 'end 2 #1']);
  });

  test('sessions are handled side by side', async () => {
    for (const n of [1, 2, 3]) await broker.send('session', { body: { n, hold: `h${n}` }, sessionId: `held-${n}` });
    for (const n of [1, 2, 3]) await host.logged(new RegExp(`start held-${n}`));

    for (const n of [3, 2, 1]) await broker.send('session', { body: { n, release: `h${n}` }, sessionId: `free-${n}` });

    for (const n of [1, 2, 3]) expect(await host.logged(new RegExp(`end held-${n}`))).toBeDefined();
  });

  test('without sessions messages are handled side by side, and abandoned when the function throws', async () => {
    await broker.send('plain', { body: { n: 1, hold: 'p' }, messageId: 'p1' });
    await host.logged(/start p1/);
    await broker.send('plain', { body: { n: 2, failFirst: true, release: 'p' }, messageId: 'p2' });

    await host.logged(/end p1/);
    await host.logged(/end p2 2 #2/);
  });

  test('a message that is no text is reported', async () => {
    const message = { bodyType: 'value', body: { a: 1 }, properties: { messageId: 'no-text' } };
    await broker.send('plain', message as { body: unknown });

    await host.logged(
      /'Functions.plain' does not run: exception binding messages no-text: .* cannot be bound to a string/,
    );
  });

  test('a topic subscription gives message and metadata as the host does', async () => {
    await broker.send('news', {
      body: { value: 1 },
      messageId: 'news-1',
      subject: 'published',
      correlationId: 'c-1',
      contentType: 'application/json',
      applicationProperties: { FooBar: 'x', count: 2 },
    } as { body: unknown });

    const line = await host.logged(/news \{/);

    expect(JSON.parse(line.slice(line.indexOf('{')))).toEqual({
      message: { value: 1 },
      triggerMetadata: expect.objectContaining({
        messageId: 'news-1',
        subject: 'published',
        label: 'published',
        correlationId: 'c-1',
        contentType: 'application/json',
        deliveryCount: 1,
        sequenceNumber: 1,
        lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
        enqueuedTimeUtc: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/),
        applicationProperties: { fooBar: 'x', count: 2 },
        value: 1, // from the body, as the library parses it
      }),
    });
  });

  test('a batch waits for its least size and holds at most its greatest; one failure abandons all of it', async () => {
    const messages = [1, 2, 3, 4, 5, 6, 7].map((n) => ({ body: { n, failFirst: n === 2 } }));

    await broker.send('batch', ...messages);

    await host.logged(/batch .*"numbers":\[1,2,3,4\],"deliveryCountArray":\[1,1,1,1\]/);
    await host.logged(/batch .*"numbers":\[1,2,3,4\],"deliveryCountArray":\[2,2,2,2\]/);
    await host.logged(/batch .*"numbers":\[5,6,7\]/);
  });

  test('a session batch holds messages of one session only', async () => {
    await broker.send('session-batch', ...[1, 2].map((n) => ({ body: { n }, sessionId: 'x' })));
    await broker.send('session-batch', ...[3, 4, 5].map((n) => ({ body: { n }, sessionId: 'y' })));

    await host.logged(/batch .*\[1,2\].*"sessionIdArray":\["x","x"\]/);
    await host.logged(/batch .*\[3,4,5\].*"sessionIdArray":\["y","y","y"\]/);
  });

  test('a killed broker is waited for, and everything listens again when it is back', async () => {
    for (const n of [11, 12]) {
      await broker.kill();
      await host.logged(/cannot receive from "session"/);
      await broker.start();
      await broker.send('session', { body: { n }, sessionId: `back-${n}` });
      await broker.send('plain', { body: { n }, messageId: `plain-back-${n}` });
      await broker.send('batch', ...[n, n, n].map((number) => ({ body: { n: number } })));

      await host.logged(new RegExp(`end back-${n}`));
      await host.logged(new RegExp(`end plain-back-${n}`));
      await host.logged(new RegExp(`batch .*${n}\\],"delivery`));
    }
    expect(host.log()).toContain('receiving from "session" again');
  });
});

test('an idle session makes room for another', async () => {
  const host = await startHost({ maxConcurrentSessions: 1 });

  for (const sessionId of ['idle-1', 'idle-2']) await broker.send('session', { body: { n: 1 }, sessionId });

  await host.logged(/end idle-1/);
  await host.logged(/end idle-2/);
  await host.end();
});

test('what a killed worker was working on is done by its successor', async () => {
  const host = await startHost({}, { MAY_HANG: 'true' }, 2);
  await broker.send('session', { body: { n: 1, hang: true }, sessionId: 'killed' });
  await broker.send('plain', { body: { n: 1, hang: true }, messageId: 'killed-plain' });
  await host.logged(/start killed 1 #1/);
  await host.logged(/start killed-plain 1 #1/);

  await host.end('SIGKILL');
  const successor = await startHost();

  await successor.logged(/end killed 1/);
  await successor.logged(/end killed-plain 1 #2/);
  await successor.end();
});

test('a stopped host ends and settles what it works on, and takes nothing more', async () => {
  const host = await startHost();
  await broker.send('session', { body: { n: 1, untilStopped: true }, sessionId: 'stopped' });
  await broker.send('plain', { body: { n: 1, untilStopped: true }, messageId: 'stopped-plain' });
  await host.logged(/start stopped 1/);
  await host.logged(/start stopped-plain 1/);

  expect(await host.end('SIGTERM')).toBe(0);
  expect(history(host, 'stopped')).toEqual(['start 1 #1', 'end 1 #1']);
  expect(history(host, 'stopped-plain')).toEqual(['start 1 #1', 'end 1 #1']);

  const successor = await startHost();
  await broker.send('session', { body: { n: 2 }, sessionId: 'stopped' });
  await successor.logged(/end stopped 2/);
  expect(history(successor, 'stopped')).toEqual(['start 2 #1', 'end 2 #1']);
  await successor.end();
});

test('a managed identity reaches Service Bus over TLS', async () => {
  const clientId = '11111111-1111-4111-8111-111111111111';
  const identity = await startIdentity({
    port: 0,
    folder: broker.folder,
    tenantId: '22222222-2222-4222-8222-222222222222',
    identities: [
      { clientId, objectId: '33333333-3333-4333-8333-333333333333', name: 'app', managedIdentity: 'userAssigned' },
    ],
    clock: processClock,
  });
  const host = await startHost(
    {},
    {
      Bus: '',
      Bus__fullyQualifiedNamespace: `localhost:${broker.tlsPort}`,
      Bus__credential: 'managedidentity',
      Bus__clientId: clientId,
      IDENTITY_ENDPOINT: identity.msiEndpoint,
      IDENTITY_HEADER: identity.header,
      NODE_EXTRA_CA_CERTS: broker.caFile,
    },
  );

  await broker.send('session', { body: { n: 1 }, sessionId: 'identity' });

  await host.logged(/end identity 1/);
  await host.end();
  await identity.stop();
});
