import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventContext } from 'rhea';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { ensureCertificates } from '../../../local/certificates.ts';
import { connect, openReceiver, openSender } from './amqp/testConnection.ts';

const readySchema = z.object({ ready: z.literal(true), port: z.number(), tlsPort: z.number() });
let folder: string;
const started: ReturnType<typeof spawn>[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-bus-'));
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function startProcess(port = 0) {
  const { keyFile, certFile, caFile } = await ensureCertificates(join(folder, 'certificates'));
  const entitiesFile = join(folder, 'entities.json');
  await writeFile(entitiesFile, JSON.stringify({ queues: [{ name: 'queue' }], topics: [] }));
  const dataFile = join(folder, 'journal.jsonl');
  const options = { port, tlsPort: 0, tls: { keyFile, certFile }, dataFile, entitiesFile };
  const child = spawn(process.execPath, ['local/serviceBus/main.ts', JSON.stringify(options)]);
  started.push(child);
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  // Not at 'exit': what it said last may still be on its way then.
  const exited = once(child, 'close');
  const first = await Promise.race([once(child.stdout, 'data'), exited]);
  const ready = readySchema.safeParse(JSON.parse(Buffer.isBuffer(first[0]) ? String(first[0]) : '{}'));
  return {
    child,
    exited,
    caFile,
    dataFile,
    complaints: () => complaints,
    ready: ready.data ?? { port: 0, tlsPort: 0 },
  };
}

it('keeps every acknowledged message exactly once, and no completed one, over a SIGKILL in the middle of the work', async () => {
  const first = await startProcess();
  const connection = await connect(first.ready.port);
  const sender = await openSender(connection, { target: 'queue' });
  const receiver = await openReceiver(connection, { source: 'queue', credit_window: 20, rcv_settle_mode: 1 });
  const sent = new Map<number, string>();
  const acknowledged: unknown[] = [];
  const attempted = new Map<number, unknown>();
  const completed: unknown[] = [];
  receiver.on('message', ({ message, delivery }: EventContext) => {
    attempted.set(delivery?.id ?? -1, message?.message_id);
    delivery?.accept();
  });
  receiver.on('settled', ({ delivery }: EventContext) => completed.push(attempted.get(delivery?.id ?? -1)));
  sender.on('accepted', ({ delivery }: EventContext) => {
    acknowledged.push(sent.get(delivery?.id ?? -1));
    if (acknowledged.length === 3000) first.child.kill('SIGKILL');
    else sendAhead();
  });

  const disconnected = once(connection, 'disconnected');
  sendAhead();
  await disconnected;
  const left = await drain((await startProcess()).ready.port);

  expect(completed.length).toBeGreaterThan(10);
  expect(new Set(left).size).toBe(left.length);
  expect(left.filter((id) => completed.includes(id))).toEqual([]);
  const handedOut = [...attempted.values()];
  expect(acknowledged.filter((id) => !left.includes(id) && !handedOut.includes(id))).toEqual([]);

  function sendAhead(): void {
    while (sent.size < acknowledged.length + 200) {
      const message_id = `${sent.size}`;
      sent.set(sender.send({ message_id, body: 'x'.repeat(1000) }).id, message_id);
    }
  }
});

/** Everything that is left in the queue. */
async function drain(port: number): Promise<unknown[]> {
  const connection = await connect(port);
  const receiver = await openReceiver(connection, { source: 'queue', snd_settle_mode: 1, autoaccept: true });
  const ids: unknown[] = [];
  receiver.on('message', ({ message }: EventContext) => ids.push(message?.message_id));
  receiver.add_credit(10_000);
  receiver.drain_credit();
  await once(receiver, 'receiver_drained');
  connection.close();
  return ids;
}

it('names a port that is taken in one line', async () => {
  const { ready } = await startProcess();
  const second = await startProcess(ready.port);

  await second.exited;

  expect(second.complaints()).toBe(`Service Bus: port ${ready.port} is taken\n`);
});

it('serves the official client over TLS to whoever trusts the local authority', async () => {
  const { ready, caFile } = await startProcess();
  const script = `
    import { ServiceBusClient } from '@azure/service-bus';
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = [part({ alg: 'none' }), part({ exp: 4000000000 }), ''].join('.');
    const credential = { getToken: async () => ({ token, expiresOnTimestamp: 4e12 }) };
    const client = new ServiceBusClient('localhost:${ready.tlsPort}', credential, { retryOptions: { maxRetries: 0 } });
    await client.createSender('queue').sendMessages({ body: 'over TLS' });
    const [message] = await client.createReceiver('queue').receiveMessages(1);
    console.log(message.body);
    await client.close();`;

  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
  });
  started.push(child);
  const [output] = await once(child.stdout, 'data');

  expect(String(output)).toBe('over TLS\n');
});
