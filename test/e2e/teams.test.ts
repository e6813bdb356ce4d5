import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ServiceBusClient } from '@azure/service-bus';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { serveHttp } from '../../local/serveHttp.ts';
import { serviceBusConnectionString } from '../../local/stack/endpoints.ts';
import { localCredential } from '../../local/stack/localCredential.ts';
import { anyPorts } from '../../local/stack/ports.ts';
import { type Stack, startStack } from '../../local/stack/startStack.ts';
import { blocks, readPaper } from '../docs/markdown.ts';
import { eventually } from '../eventually.ts';

const command = resolve('cli/imprimatur.cjs');
const python = '/usr/bin/python3';
const hasPythonSdk = spawnSync(python, ['-c', 'import uamqp, azure.servicebus, azure.identity']).status === 0;
/** Azure has one port and a known authority; the sample says nothing of either. */
const onLocalPort = `
import functools, runpy, sys
from uamqp import constants
(host, port), authority, sample, team = sys.argv[1].split(':'), *sys.argv[2:]
constants.DEFAULT_AMQPS_PORT = int(port)
from azure import servicebus
servicebus.ServiceBusClient = functools.partial(servicebus.ServiceBusClient, connection_verify=authority)
sys.argv = [sample, host, team]
runpy.run_path(sample, run_name='__main__')
`;
/** Of the first test, should midnight pass in between. */
const day = new Date().toISOString().slice(0, 10);
let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'teams-'));
  stack = await startStack({
    folder: join(folder, 'stack'),
    ports: anyPorts,
    speed: 1,
    policyFile: 'local/policy.yaml',
    teams: [],
    storageQueues: true,
    app: resolve('.'),
    log: () => {},
  });
  await mkdir(join(folder, '.local'));
  await writeFile(join(folder, '.local/endpoints.json'), JSON.stringify(stack.endpoints));
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

function start(args: string[], as: string) {
  const child = spawn(process.execPath, [command, ...args, '--as', as], { cwd: folder });
  const lines: string[] = [];
  let wake = () => {};
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      wake();
    });
  const ended = new Promise<number | null>((done) => {
    child.on('close', (code) => {
      done(code);
      wake();
    });
  });
  return { child, lines, ended, onLine: (listener: () => void) => (wake = listener) };
}

async function run(args: string[], as = 'team') {
  const { lines, ended } = start(args, as);
  return { exitCode: await ended, text: lines.join('\n') };
}

/** The line that a listener prints first. */
async function firstLine(args: string[], as = 'team'): Promise<string> {
  const { child, lines, onLine, ended } = start(args, as);
  await new Promise<void>((done) => {
    onLine(() => done());
    if (lines.length > 0) done();
  });
  child.kill('SIGTERM');
  await ended;
  return lines[0] ?? '';
}

test('the three commands of docs/subscribe.md lead from nothing to the first message', async () => {
  const [put = [], testing = [], listen = []] = (blocks(readPaper('docs/subscribe.md'), 'sh')[0] ?? '')
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split(' ')
        .slice(1)
        .map((word) => word.replaceAll("'", '')),
    );

  expect(await run(put)).toMatchObject({ exitCode: 0, text: expect.stringMatching(/state +inForce/) });
  expect(await run(testing)).toMatchObject({ exitCode: 0, text: expect.stringContaining('is on its way to web') });
  expect(await firstLine(listen)).toMatch(/imprimatur\.team\.test\.v1 {2}this is a test/);
});

test('a team neither receives nor changes what is another team’s', async () => {
  const objectId = '44444444-4444-4444-4444-000000000003';
  await run(
    ['teams', 'put', 'security', '--severity', 'critical', '--principal', `${objectId}:ServicePrincipal`],
    'operator',
  );

  expect(await run(['teams', 'listen', 'security'])).toEqual({
    exitCode: 3,
    text: 'error: you may not receive as team security: see "imprimatur teams show security"',
  });
  expect(await run(['teams', 'put', 'security', '--me'])).toEqual({
    exitCode: 3,
    text: 'error: team security is not yours',
  });
});

test('a filter that Service Bus cannot parse is refused with its reason, and the one before stays', async () => {
  const refused = await run(['teams', 'put', 'web', '--sql', 'image LIKE', '--me']);

  expect(refused).toMatchObject({ exitCode: 3, text: expect.stringContaining('wanted') });
  expect((await run(['teams', 'show', 'web'])).text).toContain('ubuntu-*');
});

/** Starts a consumer as the managed identity of a team, and waits for the first line that it prints. */
async function consume(program: string, args: string[], env: Record<string, string>): Promise<string> {
  const { identity } = stack.endpoints;
  const child = spawn(program, args, {
    env: {
      ...process.env,
      IDENTITY_ENDPOINT: `${identity}/msi/token`,
      IDENTITY_HEADER: 'local-identity-header',
      AZURE_CLIENT_ID: '33333333-3333-3333-3333-000000000001',
      ...env,
    },
  });
  const said: string[] = [];
  child.stderr.on('data', (bytes) => said.push(String(bytes)));
  const line = await new Promise<string>((done, failed) => {
    createInterface({ input: child.stdout }).once('line', done);
    child.once('close', () => failed(new Error(`the consumer ended: ${said.join('')}`)));
  });
  child.kill();
  return line;
}

const teamPrincipal = '44444444-4444-4444-4444-000000000001:ServicePrincipal';
const marked = /^[0-9a-f]{32} imprimatur\.team\.test\.v1 .*this is a test/;

test('the consumer in TypeScript prints the message, signed in by managed identity', async () => {
  const { serviceBusTls, caFile } = stack.endpoints;
  await run(['teams', 'put', 'sample', '--image', 'none', '--principal', teamPrincipal], 'operator');
  await run(['teams', 'test', 'sample'], 'operator');

  const line = await consume(process.execPath, ['docs/samples/consumer.ts', serviceBusTls, 'sample'], {
    NODE_EXTRA_CA_CERTS: caFile,
  });

  expect(line).toMatch(marked);
}, 180_000);

test('what a team has received is in its record, with what came and what waits', async () => {
  await run(['teams', 'put', 'reader', '--image', 'none', '--me']);
  for (let sent = 0; sent < 2; sent += 1) await run(['teams', 'test', 'reader']);
  const client = new ServiceBusClient(serviceBusConnectionString(stack.endpoints));
  const receiver = client.createReceiver('image-versions', 'reader', { receiveMode: 'receiveAndDelete' });
  expect(await receiver.receiveMessages(1)).toHaveLength(1);
  await client.close();

  const { text } = await vi.waitFor(
    async () => {
      const shown = await run(['teams', 'show', 'reader']);
      expect(shown.text).toMatch(/record +2 enqueued/);
      return shown;
    },
    { timeout: 40_000, interval: 500 },
  );
  expect(text).toMatch(/record +2 enqueued, 1 received, 0 dead letters; since 20/);
  expect(text).toMatch(/messages +1 wait/);
  expect(text).toMatch(/lateness +p50 \d+ ms, p95 \d+ ms, of 2/);
}, 180_000);

test.skipIf(!hasPythonSdk)(
  `the consumer in Python does${hasPythonSdk ? '' : ' (skipped: needs the Debian package python3-azure)'}`,
  async () => {
    const { serviceBusTls, caFile } = stack.endpoints;
    await run(['teams', 'put', 'snake', '--image', 'none', '--principal', teamPrincipal], 'operator');
    await run(['teams', 'test', 'snake'], 'operator');

    const line = await consume(
      python,
      ['-c', onLocalPort, serviceBusTls, caFile, 'docs/samples/consumer.py', 'snake'],
      {
        no_proxy: '*',
      },
    );

    expect(line).toMatch(marked);
  },
  180_000,
);

test('a webhook of docs/subscribe.md is asked, called and signed; a storage queue gets the same event', async () => {
  const certificates = join(folder, 'stack/certificates');
  const tls = { keyFile: join(certificates, 'server.key'), certFile: join(certificates, 'server.pem') };
  const arrived: { status: number; body: string }[] = [];
  let wake = () => {};
  let handle: (request: Request) => Promise<Response> = async () =>
    new Response(null, { headers: { 'webhook-allowed-origin': 'localhost' } });
  const routes = new Hono().all('*', async (context) => {
    const body = await context.req.raw.clone().text();
    const response = await handle(context.req.raw).catch(() => new Response(null, { status: 401 }));
    arrived.push({ status: response.status, body });
    wake();
    return response;
  });
  const server = await serveHttp(routes, { port: 0, tls });
  const me = ['--principal', '44444444-4444-4444-4444-000000000006:ServicePrincipal'];
  const url = `https://localhost:${server.port}/hook`;

  expect(await run(['teams', 'put', 'hooks', '--image', 'none', ...me, '--webhook', url])).toMatchObject({
    exitCode: 0,
    text: expect.stringMatching(/webhook +https:/),
  });
  const { text: secret } = await run(['teams', 'secret', 'hooks']);
  process.env.IMPRIMATUR_SECRET = secret;
  const sample = await import('../../docs/samples/webhook.ts');
  handle = sample.receive;
  const called = new Promise<void>((done) => (wake = done));
  await run(['teams', 'test', 'hooks']);
  await called;
  await server.stop();

  expect(arrived.map(({ status }) => status)).toEqual([200, 204]);
  const event = JSON.parse(arrived[1]?.body ?? '');
  expect(event).toMatchObject({ specversion: '1.0', type: 'imprimatur.team.test.v1', subject: 'teams/hooks' });

  const queue = `${stack.endpoints.queue}/images`;
  const { token = '' } =
    (await localCredential(stack.endpoints, 'team').getToken('https://storage.azure.com/.default')) ?? {};
  const ask = (method: string, path: string) =>
    fetch(path, { method, headers: { authorization: `Bearer ${token}`, 'x-ms-version': '2024-11-04' } });
  expect((await ask('PUT', queue)).status).toBe(201);
  expect(await run(['teams', 'put', 'hooks', '--image', 'none', ...me, '--queue', queue])).toMatchObject({
    exitCode: 0,
  });
  await run(['teams', 'test', 'hooks']);
  const message = await vi.waitFor(
    async () => {
      const [, found] =
        /<MessageText>(.*)<\/MessageText>/.exec(await (await ask('GET', `${queue}/messages`)).text()) ?? [];
      expect(found).toBeDefined();
      return JSON.parse(Buffer.from(found ?? '', 'base64').toString());
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(message).toMatchObject({ type: 'imprimatur.team.test.v1', subject: 'teams/hooks' });
  expect(await run(['teams', 'put', 'hooks', ...me, '--queue', 'https://127.0.0.1/images'])).toMatchObject({
    exitCode: 3,
  });
}, 240_000);

test('a removed team is gone', async () => {
  expect(await run(['teams', 'remove', 'web'])).toMatchObject({
    exitCode: 0,
    text: expect.stringMatching(/state +removed/),
  });
  expect(await run(['teams', 'listen', 'web'])).toMatchObject({ exitCode: 3 });
});

test('the audit trail tells what teams did, and is intact', async () => {
  expect(await run(['audit', 'verify'], 'auditor')).toMatchObject({
    exitCode: 0,
    text: expect.stringContaining('intact'),
  });
  expect(await run(['audit', 'reindex'], 'auditor')).toMatchObject({ exitCode: 3 });
  expect(await run(['audit', 'reindex'], 'operator')).toMatchObject({ exitCode: 0 });
  const { text } = await run(['audit', 'find', '--from', day, '--team', 'web', '--format', 'csv'], 'auditor');
  expect(text.split('\n').map((line) => line.split(',')[1])).toEqual(
    expect.arrayContaining(['teamRequested', 'teamApplied', 'teamTestSent', 'teamRefused', 'teamRemoved']),
  );
});

test('everything is paused and resumed by command, and status says so', async () => {
  expect(await run(['pause', '--all', '--reason', 'outage'], 'operator')).toEqual({
    exitCode: 0,
    text: 'accepted: paused: all work waits',
  });
  expect(await run(['status'], 'auditor')).toMatchObject({
    text: expect.stringMatching(/^Everything is paused since/),
  });
  expect(await run(['resume', '--all', '--reason', 'outage is over', '--json'], 'operator')).toMatchObject({
    exitCode: 0,
    text: expect.stringContaining('"resumed: all work goes on"'),
  });
});

test('watch tells what happens while it happens, and what was there before it does not tell', async () => {
  // The index comes after the trail: what the test before did would be told as soon as it is there.
  const find = ['audit', 'find', '--from', day, '--format', 'csv'];
  await eventually(async () => expect((await run(find, 'auditor')).text).toContain('outage is over'));
  const { child, lines, onLine, ended } = start(['watch'], 'auditor');
  const told = (text: string) =>
    new Promise<void>((done) => {
      const look = () => lines.some((line) => line.includes(text)) && done();
      onLine(look);
      look();
    });
  await told('watching');
  await run(['pause', '--all', '--reason', 'drill'], 'operator');
  await told('drill');
  await run(['resume', '--all', '--reason', 'drill over'], 'operator');
  await told('drill over');
  child.kill('SIGTERM');

  expect(await ended).toBe(0);
  const paused = lines.filter((line) => line.includes('  instance  '));
  expect(paused).toEqual([expect.stringContaining('drill'), expect.stringContaining('drill over')]);
  // That of the test before.
  expect(lines.join()).not.toContain('outage');
});

test('status and latest answer from the service', async () => {
  expect(await run(['status'], 'auditor')).toEqual({
    exitCode: 0,
    text: 'Nothing is under way, and nothing waits for anybody.',
  });
  expect(await run(['latest'], 'team')).toMatchObject({
    exitCode: 3,
    text: expect.stringContaining('Imprimatur.Reader'),
  });
});
