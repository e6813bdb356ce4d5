import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTelemetry } from '../../../shared/azure/createTelemetry.ts';
import { Secret } from '../../../shared/domain/secret.ts';
import { traceContextOf } from '../../../shared/domain/traceContext.ts';
import { startTestIdentity } from './startTestIdentity.ts';
import { trustLocalAuthority } from './trustLocalAuthority.ts';

interface Envelope {
  name: string;
  tags: Record<string, string>;
  data: { baseData: { name: string; success: boolean; properties: Record<string, string> } };
}

const log = 'incarnations/a/b';
const records = [
  {
    id: 'e1',
    at: '2026-11-22T08:00:00.000Z',
    log,
    sequence: 1,
    type: 'versionDetected',
    actor: 'service',
    summary: 's1',
  },
  { id: 'e2', at: '2026-11-22T08:00:05.250Z', log, sequence: 2, type: 'quarantined', actor: 'service', summary: 's2' },
];

const received: { authorization: string | undefined; envelopes: Envelope[] }[] = [];
const receive: RequestListener = async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  const envelopes: Envelope[] = text.trim().startsWith('[')
    ? JSON.parse(text)
    : text.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));
  received.push({ authorization: request.headers.authorization, envelopes });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ itemsReceived: envelopes.length, itemsAccepted: envelopes.length, errors: [] }));
};
let ingestion: Server;
let stop: () => Promise<unknown>;
let endpoint: string;

beforeAll(async () => {
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT = 'true';
  const folder = await mkdtemp(join(tmpdir(), 'telemetry-'));
  const identity = await startTestIdentity(folder);
  const { keyFile, certFile } = await trustLocalAuthority(folder);
  ingestion = createServer(
    { key: await readFile(keyFile), cert: await readFile(certFile) },
    (request, response) => void receive(request, response),
  );
  await new Promise<void>((up) => ingestion.listen(0, '127.0.0.1', up));
  endpoint = `https://localhost:${(ingestion.address() as AddressInfo).port}/`;
  stop = async () => {
    ingestion.close();
    await identity.stop();
    await rm(folder, { recursive: true });
  };
});
afterAll(() => stop());

test('entries of one log arrive as one trace: its first is the root, the others hang on it', async () => {
  const connectionString = new Secret(
    `InstrumentationKey=11111111-1111-1111-1111-111111111111;IngestionEndpoint=${endpoint}`,
  );
  const telemetry = createTelemetry({ connectionString, identity: { kind: 'managedIdentity' } }, 'blue');

  await telemetry.trace(records);

  // The exporter adds what it knows of the machine, as a metric.
  const envelopes = received.flatMap((each) => each.envelopes).filter(({ tags }) => 'ai.operation.id' in tags);
  const { traceId, rootSpanId } = traceContextOf(log, 'e2');
  expect(envelopes.map(({ tags }) => tags['ai.operation.id'])).toEqual([traceId, traceId]);
  expect(envelopes.map(({ tags }) => tags['ai.operation.parentId'])).toEqual([undefined, rootSpanId]);
  expect(envelopes.map(({ data: { baseData } }) => [baseData.name, baseData.success])).toEqual([
    ['versionDetected', true],
    ['quarantined', false],
  ]);
  expect(envelopes[1]?.data.baseData.properties).toMatchObject({ 'imprimatur.log': log, summary: 's2' });
  expect(received.every(({ authorization }) => authorization?.startsWith('Bearer '))).toBe(true);
});
