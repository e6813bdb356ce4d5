import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { BlobClient, type BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startAzurite } from '../../../local/storage/startAzurite.ts';
import { createAuditLogs } from '../../../shared/azure/createAuditLogs.ts';
import { createBlobService } from '../../../shared/azure/createBlobService.ts';
import { createCheckFiles } from '../../../shared/azure/createCheckFiles.ts';
import { createDayIndex } from '../../../shared/azure/createDayIndex.ts';
import { createDocuments } from '../../../shared/azure/createDocuments.ts';
import { createEvidence } from '../../../shared/azure/createEvidence.ts';
import { createPolicyFile } from '../../../shared/azure/createPolicyFile.ts';
import { containers } from '../../../shared/config.ts';
import { emptyHead, headOf, sealEntries } from '../../../shared/domain/entries.ts';
import { auditLogsContract } from '../../contracts/auditLogsContract.ts';
import { documentsContract } from '../../contracts/documentsContract.ts';
import { evidenceContract } from '../../contracts/evidenceContract.ts';
import { startTestIdentity } from './startTestIdentity.ts';
import { trustLocalAuthority } from './trustLocalAuthority.ts';

let service: BlobServiceClient;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'adapters-'));
  stops.push(() => rm(folder, { recursive: true }));
  const identity = await startTestIdentity(folder);
  stops.push(() => identity.stop());
  const tls = await trustLocalAuthority(folder);
  const storage = await startAzurite({ port: 0, folder, tls, log: () => {} });
  stops.push(() => storage.stop());
  const blobServiceUri = `${storage.endpoint}/devstoreaccount1`;
  service = createBlobService({ blobServiceUri, identity: { kind: 'managedIdentity' } });
  for (const name of Object.values(containers)) await service.createContainer(name);
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const container = (name: keyof typeof containers): ContainerClient => service.getContainerClient(containers[name]);

async function put(name: keyof typeof containers, blob: string, content: string): Promise<void> {
  await container(name).getBlockBlobClient(blob).upload(content, Buffer.byteLength(content));
}

auditLogsContract('Azure Storage', () => createAuditLogs(container('auditLogs')));
documentsContract('Azure Storage', () => createDocuments(container('state')));
evidenceContract(
  'Azure Storage',
  () => createEvidence(service, containers.evidence),
  async (path) => {
    const { readableStreamBody } = await container('evidence').getBlobClient(path).download();
    return readableStreamBody && text(readableStreamBody);
  },
);

describe('the grant for a guest', () => {
  const send = (target: URL, method: string, headers: Record<string, string> = {}, body = '') =>
    fetch(target, {
      method,
      headers: { 'x-ms-version': '2021-08-06', ...headers },
      ...(method === 'PUT' && { body }),
    });
  const create = { 'x-ms-blob-type': 'AppendBlob' };

  test('lets its holder create and append to one file for some minutes, and neither read it nor touch another', async () => {
    const evidence = createEvidence(service, containers.evidence);
    const url = new URL((await evidence.grantAppend('run/1/answer.txt', 15)).reveal());
    expect(url.searchParams.get('skoid'), 'signed with a delegated key').not.toBeNull();
    expect(Date.parse(url.searchParams.get('se') ?? '') - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    const append = new URL(url);
    append.searchParams.set('comp', 'appendblock');
    const other = new URL(url);
    other.pathname = other.pathname.replace('answer.txt', 'other.txt');

    expect((await send(url, 'PUT', create)).status).toBe(201);
    expect((await send(append, 'PUT', {}, 'line\n')).status).toBe(201);

    expect((await send(url, 'GET')).status).toBe(403);
    expect((await send(url, 'DELETE')).status).toBe(403);
    expect((await send(other, 'PUT', create)).status).toBe(403);
    expect(await evidence.read('run/1/answer.txt')).toBe('line\n');
  });

  test('is signed with the key of the one before, as long as that is good', async () => {
    const asked = vi.spyOn(service, 'getUserDelegationKey');
    const evidence = createEvidence(service, containers.evidence);
    const grants = [];
    for (const minutes of [15, 30, 90]) grants.push(await evidence.grantAppend(`run/3/${minutes}.txt`, minutes));

    expect(asked).toHaveBeenCalledTimes(2);
    const last = await Promise.all(grants.map((grant) => send(new URL(grant.reveal()), 'PUT', create)));
    expect(last.map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  test('shows its signature nowhere', async () => {
    const grant = await createEvidence(service, containers.evidence).grantAppend('run/2/answer.txt', 15);

    expect(`${grant} ${JSON.stringify({ grant })}`).toBe('(secret) {"grant":"(secret)"}');
  });
});

describe('the day index', () => {
  const record = (sequence: number) =>
    ({ id: `id-${sequence}`, at: '2026-11-26T08:00:00.000Z', log: 'log', sequence, ...facts }) as const;
  const facts = { type: 'versionDetected', actor: 'service', summary: 'seen', image: 'web' };

  test('keeps what several workers add at once to a day that has not begun', async () => {
    const index = createDayIndex(container('state'));

    await Promise.all([1, 2, 3].map((sequence) => index.add('2026-11-26', [record(sequence)])));

    const kept = await index.read('2026-11-26', 'web');
    expect(kept.map(({ sequence }) => sequence).sort()).toEqual([1, 2, 3]);
  });

  test('adds to a day that has begun with one request', async () => {
    const index = createDayIndex(container('state'));
    await index.add('2026-11-27', [record(1)]);
    let requests = 0;
    const count = () => (requests += 1);
    subscribe('http.client.request.start', count);

    await index.add('2026-11-27', [record(2)]);

    unsubscribe('http.client.request.start', count);
    expect(requests).toBe(1);
  });
});

describe('check files', () => {
  test('are read from the folder beside the policy, under their names', async () => {
    await put('config', 'checks/web.yaml', 'port: {}\n');
    await put('config', 'checks/common/ssh.yaml', 'service: {}\n');
    await put('config', 'other.yaml', 'x');

    const texts = await createCheckFiles(container('config')).read();

    expect([...texts.keys()].sort()).toEqual(['checks/common/ssh.yaml', 'checks/web.yaml']);
    expect(texts.get('checks/web.yaml')).toBe('port: {}\n');
  });

  test('are refused above one megabyte, by name', async () => {
    await put('config', 'checks/large.yaml', '#'.repeat(1024 * 1024 + 1));

    await expect(createCheckFiles(container('config')).read()).rejects.toMatchObject({ code: 'CheckFilesTooLarge' });
    await container('config').deleteBlob('checks/large.yaml');
  });
});

describe('audit logs in Azure Storage', () => {
  const logs = () => createAuditLogs(container('auditLogs'));
  const append = async (log: string, block: string) => {
    const blob = container('auditLogs').getAppendBlobClient(`${log}.jsonl`);
    await blob.createIfNotExists();
    await blob.appendBlock(block, Buffer.byteLength(block));
  };

  const sealed = (reason: string) => {
    const by = { actor: 'service', cause: 'test', appendId: 'a', at: '2026-11-22T08:00:00.000Z' };
    return sealEntries('same', emptyHead, [{ type: 'needsAttention', code: 'C', reason }], by);
  };
  /** The status of every answer that storage gives while something is done. */
  const statusesOf = async (act: () => Promise<unknown>) => {
    const statuses: number[] = [];
    const note = (message: unknown) =>
      void statuses.push((message as { response: { statusCode: number } }).response.statusCode);
    subscribe('http.client.response.finish', note);
    await act().finally(() => unsubscribe('http.client.response.finish', note));
    return statuses;
  };

  /** The answer of a download as it is a minute after the last append. */
  async function longAfter(this: BlobClient, ...of: Parameters<BlobClient['download']>) {
    vi.mocked(BlobClient.prototype.download).mockRestore();
    const answer = await this.download(...of);
    const date = new Date((answer.lastModified?.getTime() ?? 0) + 60_000);
    return Object.create(answer, { date: { value: date } });
  }

  test('are transferred again soon after an append: the ETag may be that of another, which came meanwhile', async () => {
    const worker = logs();
    await logs().append('soon', sealed('one'), 0);
    await worker.read('soon');

    expect(await statusesOf(() => worker.read('soon'))).toEqual([200]);
  });

  test('are not transferred again while nobody appends, and read as others appended at once', async () => {
    const [worker, other] = [logs(), logs()];
    const first = sealed('one');
    await other.append('same', first, 0);
    vi.spyOn(BlobClient.prototype, 'download').mockImplementationOnce(longAfter);
    const { position } = await worker.read('same');

    expect(await statusesOf(async () => expect((await worker.read('same')).entries).toEqual(first))).toEqual([304]);

    const by = { actor: 'service', cause: 'test', appendId: 'b', at: '2026-11-22T08:00:00.000Z' };
    const second = sealEntries('same', headOf(first[0]), [{ type: 'needsAttention', code: 'C', reason: 'two' }], by);
    await other.append('same', second, position);
    expect((await worker.read('same')).entries).toEqual([...first, ...second]);
  });

  test('are read anew after a refused append, where storage sent less than the ETag says that it named', async () => {
    const [worker, other] = [logs(), logs()];
    const first = sealed('one');
    await other.append('behind', first, 0);
    const by = { actor: 'service', cause: 'test', appendId: 'b', at: '2026-11-22T08:00:00.000Z' };
    const second = sealEntries('behind', headOf(first[0]), [{ type: 'needsAttention', code: 'C', reason: 'two' }], by);
    const download = vi.spyOn(BlobClient.prototype, 'download');
    download.mockImplementationOnce(async function (this: BlobClient, ...of) {
      download.mockRestore();
      const answer = await this.download(...of);
      const content = answer.readableStreamBody ? await text(answer.readableStreamBody) : '';
      await other.append('behind', second, Buffer.byteLength(content));
      const { etag } = await this.getProperties();
      const dates = { lastModified: new Date(0), date: new Date(60_000) };
      return { ...answer, ...dates, readableStreamBody: Readable.from([content]), ...(etag !== undefined && { etag }) };
    });
    const { entries, position } = await worker.read('behind');
    expect(entries).toEqual(first);

    expect(await worker.append('behind', sealed('three'), position)).toBe('conflict');
    expect((await worker.read('behind')).entries).toEqual([...first, ...second]);
  });

  test('are read anew where another log has been put in their place, as long as the first', async () => {
    const worker = logs();
    await worker.append('replaced', sealed('one'), 0);
    expect((await worker.read('replaced')).entries).toEqual(sealed('one'));

    await container('auditLogs').deleteBlob('replaced.jsonl');
    expect(await worker.read('replaced')).toEqual({ entries: [], position: 0 });
    await logs().append('replaced', sealed('two'), 0);

    expect((await worker.read('replaced')).entries).toEqual(sealed('two'));
  });

  test('leave a log with an entry of a newer schema to a newer app', async () => {
    await append('newer', `${JSON.stringify({ schema: 3, something: 'else' })}\n`);

    await expect(logs().read('newer')).rejects.toMatchObject({ code: 'NewerSchema', retryable: true });
  });

  test.each([
    ['a line that is no entry', '{"schema":1}\n'],
    ['a line that is no JSON', 'hello\n'],
    ['a last line without an end', '{"schema":1}'],
  ])('do not read past %s', async (title, block) => {
    await append(title, block);

    await expect(logs().read(title)).rejects.toMatchObject({ code: 'DamagedLog', retryable: false });
  });

  test('take a missing container for a mistake and not for an empty log', async () => {
    const missing = createAuditLogs(service.getContainerClient('missing'));

    await expect(missing.read('any')).rejects.toMatchObject({ code: 'ContainerNotFound', retryable: false });
  });
});

describe('the policy file', () => {
  const file = (blob: string) => createPolicyFile(container('config').getBlobClient(blob));

  test('is read as text', async () => {
    await put('config', 'policy.yaml', 'version: 1 # größer\n');

    expect(await file('policy.yaml').read()).toBe('version: 1 # größer\n');
  });

  test('may be missing', async () => {
    expect(await file('nothing.yaml').read()).toBeUndefined();
  });

  test('may be empty', async () => {
    await put('config', 'empty.yaml', '');

    expect(await file('empty.yaml').read()).toBe('');
  });

  test('is refused above one megabyte', async () => {
    await put('config', 'large.yaml', '#'.repeat(1024 * 1024 + 1));

    await expect(file('large.yaml').read()).rejects.toMatchObject({ code: 'PolicyTooLarge', retryable: false });
  });
});

test('storage that cannot be reached is an error that may pass', async () => {
  const nowhere = createBlobService({
    blobServiceUri: 'https://127.0.0.1:9/account',
    identity: { kind: 'managedIdentity' },
  });

  const reading = createDocuments(nowhere.getContainerClient('state')).read('open/x');

  await expect(reading).rejects.toMatchObject({ name: 'AdapterError', retryable: true, code: 'ECONNREFUSED' });
});
