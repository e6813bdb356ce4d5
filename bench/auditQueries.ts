import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readerRole } from '../shared/api/access.ts';
import { type ApiPorts, createApi } from '../shared/api/createApi.ts';
import { findRecords } from '../shared/api/findRecords.ts';
import { findLatestAt, findLives } from '../shared/api/pastQueries.ts';
import { parseEntries } from '../shared/azure/parseEntries.ts';
import { emptyHead, headOf, sealEntries } from '../shared/domain/entries.ts';
import type { Fact } from '../shared/domain/facts.ts';
import {
  definitionKey,
  definitionResourceId,
  type ImageDefinitionId,
  versionResourceId,
} from '../shared/domain/ids.ts';
import { incarnationKey } from '../shared/domain/incarnation.ts';
import { type IndexRecord, indexRecord, indexRecordsOf, shardOf, shards } from '../shared/domain/indexRecord.ts';
import { addMs } from '../shared/domain/instant.ts';
import { smokeTestSchema } from '../shared/domain/policy.ts';
import type { AuditLogs, DayIndex } from '../shared/ports.ts';
import { type Metric, summarise } from './metric.ts';
import { reportMemory } from './reportMemory.ts';

const definitions = 100;
const versionsEach = 100;
const entriesEach = 100;
const days = 33;
const start = '2026-07-01T00:00:00.000Z';
const dayMs = 86_400_000;

const folder = join(tmpdir(), `bench-audit-${process.pid}`);
const logs: Pick<AuditLogs, 'read' | 'list'> = {
  read: async (log) => {
    const text = await readFile(join(folder, `${log}.jsonl`), 'utf8').catch(() => '');
    return { entries: parseEntries(log, text), position: Buffer.byteLength(text) };
  },
  list: async (prefix) => {
    const under = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const names = await readdir(join(folder, under), { recursive: true });
    const logs = names.filter((name) => name.endsWith('.jsonl')).map((name) => `${under}${name.slice(0, -6)}`);
    return logs.filter((log) => log.startsWith(prefix));
  },
};
const dayIndex: Pick<DayIndex, 'read'> = {
  read: async (day, image) => {
    const wanted = image === undefined ? shards : [shardOf(image)];
    const parts = wanted.map(async (shard) => {
      const text = await readFile(join(folder, `days/${day}/${shard}.jsonl`), 'utf8').catch(() => '');
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => indexRecord.parse(JSON.parse(line)));
    });
    return (await Promise.all(parts)).flat();
  },
};
const ports = { auditLogs: logs as AuditLogs, dayIndex: dayIndex as DayIndex };
/** A second passes with each look at the clock, so that the rate limit is none; everybody is signed in. */
let now = '2026-10-01T00:00:00.000Z';
const clock = {
  now: () => {
    now = addMs(now, 1_000);
    return now;
  },
};
const api = createApi({ ...ports, clock } as unknown as ApiPorts, { instance: 'bench', galleries: [] }, async () => ({
  objectId: 'bench',
  roles: [readerRole],
  groups: [],
}));
const newLine = 10;

/** A search, not a look at each of nine million bytes from JavaScript: the time is meant to be that of the answer. */
function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(newLine); at >= 0; at = bytes.indexOf(newLine, at + 1)) lines += 1;
  return lines;
}

const definitionOf = (index: number): ImageDefinitionId => ({
  subscriptionId: '11111111-1111-1111-1111-111111111111',
  resourceGroup: 'rg-images',
  gallery: 'corpGallery',
  image: `image-${index}`,
});

/** A life of the usual facts, made longer by the waiting that a busy region brings. */
function factsOf(id: string, version: string): Fact[] {
  const waits = Array.from(
    { length: entriesEach - 12 },
    (_, index): Fact => ({ type: 'slotAwaited', attempt: index + 1, region: 'westeurope' }),
  );
  const attempt = 1;
  return [
    {
      type: 'versionDetected',
      imageVersionId: id,
      version,
      identity: { createdAt: start },
      mode: 'enforce',
      policyHash: 'h',
      smokeTest: smokeTestSchema.parse({}),
      testPlan: [],
      visible: false,
    },
    { type: 'held', how: 'bornHidden', exposedSeconds: 0 },
    ...waits,
    {
      type: 'launchIntended',
      attempt,
      vmName: 'imp-0',
      region: 'westeurope',
      vmSize: 'Standard_D2s_v5',
      why: 'first of the policy',
      expiresAt: start,
    },
    { type: 'launchAccepted', attempt },
    { type: 'agentReady', attempt },
    { type: 'checksIntended', attempt, runCommand: 'c', nonce: 'n' },
    { type: 'checksStarted', attempt },
    { type: 'smokeTestFinished', attempt, verdict: 'passed', reason: 'all checks passed', checks: [] },
    { type: 'verdictReached', verdict: 'passed', reason: 'all checks passed' },
    { type: 'publishIntended', plan: { excludeFromLatest: false, regions: {} }, regions: ['westeurope'] },
    { type: 'published', regions: ['westeurope'], notAvailableIn: [] },
    { type: 'vmGone', attempt, vmName: 'imp-0' },
  ];
}

async function write(path: string, lines: object[]): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a');
  await handle.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await handle.close();
}

async function fill(): Promise<number> {
  let count = 0;
  const index = new Map<string, IndexRecord[]>();
  for (let image = 0; image < definitions; image += 1) {
    const definition = definitionOf(image);
    const key = definitionKey(definition);
    let head = emptyHead;
    const own: object[] = [];
    const tell = (at: string, facts: Fact[]) => {
      const entries = sealEntries(`definitions/${key}`, head, facts, {
        actor: 'service',
        cause: 'bench',
        appendId: 'a',
        at,
      });
      head = headOf(entries.at(-1));
      own.push(...entries);
      count += entries.length;
    };
    tell(start, [
      { type: 'definitionDetected', imageDefinitionId: definitionResourceId(definition), takenInChargeAt: start },
    ]);
    for (let version = 0; version < versionsEach; version += 1) {
      const name = `1.0.${version}`;
      const at = addMs(start, Math.floor((version / versionsEach) * days) * dayMs + image * 60_000);
      const incarnation = incarnationKey(key, name, { createdAt: start });
      const log = `incarnations/${key}/${incarnation}`;
      const entries = sealEntries(log, emptyHead, factsOf(versionResourceId(definition, name), name), {
        actor: 'service',
        cause: 'bench',
        appendId: 'a',
        at,
      });
      count += entries.length;
      await write(`${log}.jsonl`, entries);
      const day = at.slice(0, 10);
      index.set(day, [...(index.get(day) ?? []), ...indexRecordsOf(entries, 0)]);
      tell(at, [
        {
          type: 'incarnationOpened',
          version: name,
          incarnation,
          identity: { createdAt: start },
        },
        { type: 'latestChanged', region: 'westeurope', version: name, previous: null },
      ]);
    }
    await write(`definitions/${key}.jsonl`, own);
    for (const [day, records] of index)
      for (const [shard, part] of Map.groupBy(records, ({ image: name }) => shardOf(name)))
        await write(`days/${day}/${shard}.jsonl`, part);
    index.clear();
  }
  return count;
}

/**
 * The performance goals of the audit trail, on a store of the size that they speak of. Reads go through the queries of the
 * HTTP API over logs and day index in files, as the adapters read them: text that is parsed and checked.
 */
export async function measureAudit(say: (line: string) => void): Promise<Metric[]> {
  try {
    say(`${await fill()} entries over ${definitions * versionsEach} versions`);
    return [...(await measureQueries()), ...(await measureReport())];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureQueries(): Promise<Metric[]> {
  const someDay = '2026-07-15';
  const pick = (run: number) => definitionOf((run * 37) % definitions);
  const query = { from: someDay, to: someDay };
  const first = { day: someDay, skip: 0 };
  return [
    await measure('one version’s life', 20, 100, async (run) => {
      const lives = await findLives(ports, pick(run), `1.0.${(run * 13) % versionsEach}`);
      return lives.length;
    }),
    await measure('what was latest at an instant, one image', 50, 100, async (run) => {
      const latest = await findLatestAt(ports, `${someDay}T12:00:00.000Z`, pick(run));
      return latest.length;
    }),
    await measure('one image on one day', 100, 20, async (run) => {
      const { records } = await findRecords(ports, { ...query, image: pick(run).image }, first, 10_000);
      return records.length;
    }),
    await measure('the whole fleet on one day, streamed', 1_000, 10, async () => {
      let lines = 0;
      const response = await api.request(`/api/days/${someDay}?format=ndjson`);
      for await (const bytes of response.body ?? []) lines += countLines(bytes);
      return lines;
    }),
  ];
}

/** @throws where nothing is found: an empty answer is fast, and no measure of anything. */
async function measure(
  what: string,
  limit: number,
  runs: number,
  act: (run: number) => Promise<number>,
): Promise<Metric> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const before = performance.now();
    const found = await act(run);
    times.push(performance.now() - before);
    if (found === 0) throw new Error(`${what}: nothing is found`);
  }
  return summarise(`audit trail: ${what}`, 'ms', times, { limit });
}

async function measureReport(): Promise<Metric[]> {
  const { first, after } = await reportMemory(api, folder, '2026-07-01', '2026-09-30');
  return [
    summarise('audit trail: memory of a report of a quarter', 'MB', [after], { limit: 100 }),
    summarise('audit trail: memory of a report of a quarter, first use', 'MB', [first]),
  ];
}
