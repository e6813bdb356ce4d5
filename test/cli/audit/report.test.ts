import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../../../cli/api/apiClient.ts';
import { verifyOffline } from '../../../cli/audit/verifyOffline.ts';
import { writeReport } from '../../../cli/audit/writeReport.ts';
import { serveHttp } from '../../../local/serveHttp.ts';
import { reindex } from '../../../shared/workflow/audit/reindex.ts';
import { writeManifest } from '../../../shared/workflow/audit/writeManifest.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, tokenFor } from '../../shared/api/signedIn.ts';

let folder: string;
let stop: () => Promise<void>;
let client: ApiClient;
let requests: string[];
/** What a server between the two makes of an answer. */
let between: (text: string) => string;

beforeEach(async () => {
  const world = new World();
  world.guests['<b>broken</b>'] = { exitStatus: 3 };
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  world.galleries.create(ubuntu, '1.0.1', { sourceId: '<b>broken</b>', excludeFromLatest: true });
  await world.run();
  world.time.moveTo(Date.parse('2026-11-23T00:00:01.000Z'));
  await writeManifest(world.ports);
  await reindex(world.ports);
  const api = apiOf(world.ports);
  requests = [];
  between = (text) => text;
  const server = await serveHttp(
    new Hono().mount('/', async (request) => {
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      const answer = await api.fetch(request);
      return new Response(between(await answer.text()), answer);
    }),
    { port: 0 },
  );
  stop = server.stop;
  folder = await mkdtemp(join(tmpdir(), 'report-'));
  const token = await tokenFor(['Imprimatur.Reader']);
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  client = new ApiClient(server.url, credential, 'api://imprimatur');
  await writeReport(client, folder, '2026-11-22', '2026-11-23');
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

/** Changes a file, and the digest of it too, as somebody would who wants it unseen. */
async function forge(name: string, change: (text: string) => string): Promise<void> {
  const text = change(await readFile(join(folder, name), 'utf8'));
  await writeFile(join(folder, name), text);
  const bundle = JSON.parse(await readFile(join(folder, 'bundle.json'), 'utf8'));
  bundle.files[name] = createHash('sha256').update(text).digest('hex');
  await writeFile(join(folder, 'bundle.json'), JSON.stringify(bundle));
}

describe('a report', () => {
  it('is accepted on its own, with the digest of its newest manifest', async () => {
    const verified = await verifyOffline(folder);

    expect(verified).toMatchObject({ problems: [], manifests: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(verified.entries).toBeGreaterThan(20);
  });

  it('takes one request for each day, and one for a hundred logs', async () => {
    const { logs } = JSON.parse(await readFile(join(folder, 'bundle.json'), 'utf8'));

    expect(logs).toBeGreaterThan(2);
    expect(requests).toEqual([
      'GET /api/days/2026-11-22',
      'GET /api/days/2026-11-23',
      'POST /api/audit/logs',
      'POST /api/audit/logs',
    ]);
  });

  it.each(['records', 'entries'])('is none where an answer of %s ends before its end, in good order', async (list) => {
    between = (text) => (text.startsWith(`{"${list}"`) ? text.slice(0, text.indexOf('\n]') + 1) : text);

    await expect(writeReport(client, folder, '2026-11-22', '2026-11-23')).rejects.toThrow('ends before its end');
  });

  it('shows what was decided, and nothing that an image says as markup', async () => {
    const html = await readFile(join(folder, 'report.html'), 'utf8');

    expect(html).toContain('<td>quarantined</td>');
    expect(html).toContain('1.0.1');
    expect(html).not.toContain('<b>');
  });

  it('that was changed in any file is not accepted', async () => {
    await appendFile(join(folder, 'report.html'), ' ');

    expect((await verifyOffline(folder)).problems).toEqual(['report.html is not the file that was written']);
  });

  it('with an entry that was changed names it', async () => {
    await forge('entries.ndjson', (text) => text.replace('"actor":"service"', '"actor":"nobody"'));

    expect((await verifyOffline(folder)).problems).toEqual([
      expect.stringContaining('the chain is broken at entry 1'),
      expect.stringMatching(/^entry 1 of .* is recorded otherwise than it was written$/),
    ]);
  });

  const lines = (text: string) => text.split('\n').filter((line) => line !== '');
  const joined = (text: string[]) => text.map((line) => `${line}\n`).join('');
  it.each([
    ['left out', (text: string) => joined(lines(text).toSpliced(3, 1)), 'of this time, and not recorded'],
    ['doubled', (text: string) => joined(lines(text).toSpliced(3, 0, lines(text)[3] ?? '')), 'recorded more than once'],
    [
      'changed',
      (text: string) => text.replace('"type":"quarantined"', '"type":"published"'),
      'recorded otherwise than it was written',
    ],
    [
      'made up',
      (text: string) => joined([...lines(text), (lines(text)[0] ?? '').replace('"sequence":1', '"sequence":99')]),
      'recorded, and its entry is missing',
    ],
  ])('in which a record was %s, with a digest that fits, names its entry', async (_, change, what) => {
    await forge('records.ndjson', change);

    expect((await verifyOffline(folder)).problems).toEqual([
      expect.stringMatching(new RegExp(`^entry \\d+ of [a-z]+/\\S+ is ${what}$`)),
    ]);
  });

  it('is broken, and no defect of the command, where a line of it is no JSON', async () => {
    await forge('records.ndjson', (text) => `${text}{"id":\n`);

    expect((await verifyOffline(folder)).problems.join()).toContain('is not of its shape: {"id":');
  });

  it('from which the end of a log was cut contradicts its manifest', async () => {
    await forge('entries.ndjson', (text) => {
      const lines = text.split('\n');
      lines.splice(
        lines.findLastIndex((line) => line !== '' && JSON.parse(line).log.startsWith('definitions/')),
        1,
      );
      return lines.join('\n');
    });

    const { problems } = await verifyOffline(folder);
    expect(problems.join()).toContain('is gone that the manifest of 2026-11-22 names');
    expect(problems.join()).toContain('is recorded, and its entry is missing');
  });
});
