import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebhooks } from '../../../shared/azure/createWebhooks.ts';
import { guardedLookup } from '../../../shared/azure/guardedLookup.ts';
import { parseNetwork } from '../../../shared/domain/deliveries/addresses.ts';
import { judgeHandshake, judgeResponse } from '../../../shared/domain/deliveries/webhookResponse.ts';
import { fc } from '../../fastCheck.ts';
import { trustLocalAuthority } from './trustLocalAuthority.ts';

const local = ['127.0.0.0/8', '::1/128'].map(parseNetwork).filter((network) => network !== undefined);
const origin = 'func.example';
let folder: string;
let server: Server;
let requests: string[];
/** What the server does with a connection once the head of a request is there. */
let answer: (socket: TLSSocket) => void;
const port = () => (server.address() as AddressInfo).port;
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webhooks-'));
  const { keyFile, certFile } = await trustLocalAuthority(folder);
  server = createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      requests.push(data.toString());
      answer(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  requests = [];
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const post = (url: string, webhooks = createWebhooks({ origin, exceptions: local })) =>
  webhooks.call('POST', url, { 'webhook-id': 'e1' }, '{"a":1}');

test('calls an https server once, at an address of an excepted network', async () => {
  answer = (socket) => socket.end('HTTP/1.1 204 No Content\r\nX-Said: yes\r\n\r\n');

  expect(await post(`https://localhost:${port()}/hook?a=b`)).toEqual({
    kind: 'answered',
    status: 204,
    headers: { 'x-said': 'yes' },
  });
  expect(requests.at(-1)).toMatch(/^POST \/hook\?a=b HTTP\/1\.1\r\n[\s\S]*webhook-id: e1\r\n[\s\S]*content-length: 7/i);
});

test('follows no redirect', async () => {
  const before = requests.length;
  answer = (socket) => socket.end(`HTTP/1.1 307 Go\r\nLocation: https://localhost:${port()}/other\r\n\r\n`);

  const response = await post(`https://localhost:${port()}/`);
  expect(judgeResponse(response)).toEqual({
    kind: 'failed',
    reason: 'the webhook answers 307: redirects are not followed',
  });
  expect(requests).toHaveLength(before + 1);
});

test.each([
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://169.254.169.254/metadata',
])('does not connect to %s, an address that nobody excepted', async (url) => {
  expect(await post(url, createWebhooks({ origin, exceptions: [] }))).toMatchObject({ kind: 'refused' });
});

test('does not connect where a name resolves to such an address, even beside a public one', async () => {
  const before = requests.length;
  const both = async () => [
    { address: '20.50.2.1', family: 4 },
    { address: '10.0.0.4', family: 4 },
  ];
  const lookup = guardedLookup([], both as never);

  expect(
    await post(`https://hooks.example:${port()}/`, createWebhooks({ origin, exceptions: [] }, { lookup })),
  ).toEqual({
    kind: 'refused',
    reason: expect.stringContaining('hooks.example is at 10.0.0.4'),
  });
  expect(requests).toHaveLength(before);
});

test('connects to the very address that was looked at: a name is resolved once', async () => {
  let looks = 0;
  const rebinding = async () => {
    looks += 1;
    return [{ address: looks === 1 ? '127.0.0.1' : '10.0.0.4', family: 4 }];
  };
  answer = (socket) => socket.end(ok);
  const webhooks = createWebhooks({ origin, exceptions: local }, { lookup: guardedLookup(local, rebinding as never) });

  expect(await post(`https://localhost:${port()}/`, webhooks)).toMatchObject({ kind: 'answered', status: 200 });
  expect(looks).toBe(1);
});

test('does not trust a certificate for another name, and waits for nobody for long', async () => {
  const there = async () => [{ address: '127.0.0.1', family: 4 }];
  const lookup = guardedLookup(local, there as never);
  const settings = { origin, exceptions: local };

  expect(await post(`https://hooks.example:${port()}/`, createWebhooks(settings, { lookup }))).toEqual({
    kind: 'unreachable',
    reason: 'it cannot be reached: ERR_TLS_CERT_ALTNAME_INVALID',
  });
  answer = () => {};
  expect(await post(`https://localhost:${port()}/`, createWebhooks(settings, { limitMs: 50 }))).toEqual({
    kind: 'unreachable',
    reason: 'it did not answer in time',
  });
  expect(await post('http://localhost/')).toEqual({ kind: 'refused', reason: 'it is no https URL' });
});

test('whatever a server sends, only a success counts, and nothing is a defect', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc
      .tuple(fc.integer({ min: 0, max: 1_200 }), fc.string(), fc.string({ maxLength: 40_000 }), fc.boolean())
      .map(([status, reason, header, cut]) =>
        Buffer.from(
          `HTTP/1.1 ${status} ${reason}\r\nRetry-After: ${header}\r\nWebHook-Allowed-Origin: ${header}\r\n${cut ? '' : '\r\n'}x`,
        ),
      ),
    fc.constantFrom(
      Buffer.from(''),
      Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
      Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n'),
      Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    ),
  );
  const webhooks = createWebhooks({ origin, exceptions: local }, { limitMs: 500 });
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      answer = (socket) => socket.end(sent);

      const response = await post(`https://localhost:${port()}/`, webhooks);

      const outcome = judgeResponse(response);
      const isSuccess = /^HTTP\/1\.[01] 2\d\d(?:\D|$)/m.test(sent.toString('latin1'));
      if (outcome.kind === 'delivered') expect(isSuccess).toBe(true);
      if (outcome.kind === 'failed') expect(outcome.retryAfterMs ?? 1).toBeGreaterThan(0);
      if (judgeHandshake(response, origin).kind === 'done') expect(isSuccess).toBe(true);
    }),
    { numRuns: 200 },
  );
});
