import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { ensureCertificates } from '../../../local/certificates.ts';
import { clientOf } from './startTestBus.ts';

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
  const exited = once(child, 'exit');
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
  const client = clientOf(first.ready.port);
  const acknowledged: string[] = [];
  const sendUntilKilled = async (worker: number) => {
    const sender = client.createSender('queue');
    for (let n = 0; ; n++) {
      const ids = Array.from({ length: 1 + (n % 5) }, (_, index) => `${worker}-${n}-${index}`);
      await sender.sendMessages(ids.map((messageId) => ({ body: n, messageId })));
      acknowledged.push(...ids);
      if (acknowledged.length > 600) first.child.kill('SIGKILL');
    }
  };
  const attempted: unknown[] = [];
  const completed: unknown[] = [];
  const receiver = client.createReceiver('queue');
  receiver.subscribe(
    {
      async processMessage(message) {
        attempted.push(message.messageId);
        await receiver.completeMessage(message);
        completed.push(message.messageId);
      },
      processError: async () => {},
    },
    { autoCompleteMessages: false },
  );

  await Promise.allSettled([0, 1, 2, 3, 4].map(sendUntilKilled));
  await first.exited;
  await client.close();
  const left = await drain((await startProcess()).ready.port);

  expect(acknowledged.length).toBeGreaterThan(600);
  expect(completed.length).toBeGreaterThan(10);
  expect(new Set(left).size).toBe(left.length);
  expect(left.filter((id) => completed.includes(id))).toEqual([]);
  expect(acknowledged.filter((id) => !left.includes(id) && !attempted.includes(id))).toEqual([]);
});

async function drain(port: number): Promise<unknown[]> {
  const client = clientOf(port);
  const receiver = client.createReceiver('queue', { receiveMode: 'receiveAndDelete' });
  const ids: unknown[] = [];
  for (let messages = await receiver.receiveMessages(1000); messages.length > 0; ) {
    ids.push(...messages.map(({ messageId }) => messageId));
    messages = await receiver.receiveMessages(1000, { maxWaitTimeInMs: 500 });
  }
  await client.close();
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
