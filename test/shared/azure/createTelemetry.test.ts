import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTelemetry } from '../../../shared/azure/createTelemetry.ts';
import { Secret } from '../../../shared/domain/secret.ts';
import { traceContextOf, traceRootOf } from '../../../shared/domain/traceContext.ts';
import { type Ingestion, startIngestion } from './startIngestion.ts';
import { startTestIdentity } from './startTestIdentity.ts';
import { trustLocalAuthority } from './trustLocalAuthority.ts';

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
const host = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) };

let ingestion: Ingestion;
let telemetry: ReturnType<typeof createTelemetry>;
/** A storage account that has nothing, or nothing new. */
let blob: string;
let stop: () => Promise<unknown>;

beforeAll(async () => {
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT = 'true';
  const folder = await mkdtemp(join(tmpdir(), 'telemetry-'));
  const identity = await startTestIdentity(folder);
  const tls = await trustLocalAuthority(folder);
  ingestion = await startIngestion(tls);
  const storage = createServer(
    { key: readFileSync(tls.keyFile), cert: readFileSync(tls.certFile) },
    (request, response) => {
      response.statusCode = request.headers['if-none-match'] ? 304 : 404;
      response.end();
    },
  );
  await new Promise<void>((up) => storage.listen(0, '127.0.0.1', up));
  blob = `https://localhost:${(storage.address() as AddressInfo).port}/account/evidence/run?sv=2025-01-05&sig=S3cretS1gnature%3D`;
  const connectionString = new Secret(ingestion.connectionString);
  telemetry = createTelemetry({ connectionString, identity: { kind: 'managedIdentity' } }, 'blue');
  stop = async () => {
    ingestion.stop();
    storage.close();
    await identity.stop();
    await rm(folder, { recursive: true });
  };
});
afterAll(() => stop());
beforeEach(() => void ingestion.received.splice(0));

test('entries of one log arrive as one trace: its first is the root, the others hang on it', async () => {
  await telemetry.trace(records);

  const envelopes = ingestion.spans();
  const { traceId, rootSpanId } = traceContextOf(log, 'e2');
  expect(envelopes.map(({ tags }) => tags['ai.operation.id'])).toEqual([traceId, traceId]);
  expect(envelopes.map(({ tags }) => tags['ai.operation.parentId'])).toEqual([undefined, rootSpanId]);
  expect(envelopes.map(({ data: { baseData } }) => [baseData.name, baseData.success])).toEqual([
    ['versionDetected', true],
    ['quarantined', false],
  ]);
  expect(envelopes[1]?.data.baseData.properties).toMatchObject({ 'imprimatur.log': log, summary: 's2' });
  expect(ingestion.received.every(({ authorization }) => authorization?.startsWith('Bearer '))).toBe(true);
});

test('numbers arrive as metrics under their names, with what they are of', async () => {
  telemetry.note([
    { name: 'imprimatur.versions', value: 1, of: { outcome: 'published' } },
    { name: 'imprimatur.versions', value: 1, of: { outcome: 'published' } },
    { name: 'imprimatur.publication', value: 420 },
    { name: 'imprimatur.backlog', value: 3 },
  ]);
  await telemetry.flush();

  const told = ingestion.received
    .flatMap(({ envelopes }) => envelopes)
    .flatMap(({ data }) =>
      data.baseData.metrics?.map(({ name, value }) => ({ name, value, of: data.baseData.properties })),
    );
  expect(told).toEqual(
    expect.arrayContaining([
      { name: 'imprimatur.versions', value: 2, of: expect.objectContaining({ outcome: 'published' }) },
      { name: 'imprimatur.publication', value: 420, of: expect.anything() },
      { name: 'imprimatur.backlog', value: 3, of: expect.anything() },
    ]),
  );
});

describe('a call of an SDK', () => {
  const call = () => new BlobClient(blob).exists();
  /** What the SDK of storage makes of one look: it asks for the properties, by one request. */
  const look = ['BlobClient-exists', 'BlobClient-getProperties', 'HEAD /account/evidence/run'];
  /** What has come, once it is as much as is expected. */
  const told = async (names: string[]) => {
    const byName = () => ingestion.spans().map(({ data }) => data.baseData.name);
    await vi.waitFor(() => expect(byName().sort()).toEqual(names.sort()), 20_000);
    return ingestion.spans();
  };

  test('in the work for a log hangs on a step of its trace, which names the invocation that did it', async () => {
    await telemetry.invocation(`00-${host.traceId}-${host.spanId}-00`, () => telemetry.within(log, call));

    const spans = await told(['step', ...look]);
    const [step] = spans.filter(({ data }) => data.baseData.name === 'step');
    const [method] = spans.filter(({ data }) => data.baseData.name === 'BlobClient-exists');
    const { traceId, spanId } = traceRootOf(log);
    expect(new Set(spans.map(({ tags }) => tags['ai.operation.id']))).toEqual(new Set([traceId]));
    expect(step?.tags['ai.operation.parentId']).toBe(spanId);
    expect(step?.data.baseData.properties['_MS.links']).toContain(host.traceId);
    expect(method?.tags['ai.operation.parentId']).toBe(step?.data.baseData.id);
  });

  test('tells the address without the signature in it', async () => {
    await telemetry.within(log, call);

    const text = JSON.stringify(await told(['step', ...look]));
    expect(text).toContain('/account/evidence/run');
    expect(text).not.toContain('S3cret');
  });

  test('in an invocation that works for no log hangs on the span of the host', async () => {
    await telemetry.invocation(`00-${host.traceId}-${host.spanId}-01`, call);

    const spans = await told(look);
    expect(new Set(spans.map(({ tags }) => tags['ai.operation.id']))).toEqual(new Set([host.traceId]));
    expect(spans.map(({ tags }) => tags['ai.operation.parentId'])).toContain(host.spanId);
  });

  test('for what is unchanged has not failed', async () => {
    const read = () => new BlobClient(blob).download(0, undefined, { conditions: { ifNoneMatch: '"1"' } });

    await telemetry.within(log, () => expect(read()).rejects.toMatchObject({ statusCode: 304 }));

    const spans = await told(['step', 'BlobClient-download', 'GET /account/evidence/run']);
    expect(spans.map(({ data }) => data.baseData.success)).toEqual([true, true, true]);
  });

  test('outside of both is not told, nor is work for a log in which nothing is called', async () => {
    await call();
    await telemetry.within('incarnations/a/c', async () => {});
    await telemetry.invocation(undefined, call);

    await telemetry.within(log, call);
    const spans = await told(['step', ...look]);
    expect(new Set(spans.map(({ tags }) => tags['ai.operation.id']))).toEqual(new Set([traceRootOf(log).traceId]));
  });
});
