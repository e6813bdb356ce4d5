import { beforeEach, describe, expect, it } from 'vitest';
import { foldDefinition } from '../../../shared/domain/definitionState.ts';
import { reindex } from '../../../shared/workflow/audit/reindex.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const reader = await signedIn('Imprimatur.Reader');
const id = (version: string) =>
  `/subscriptions/${ubuntu.subscriptionId}/resourceGroups/${ubuntu.resourceGroup}/providers/Microsoft.Compute/galleries/${ubuntu.gallery}/images/${ubuntu.image}/versions/${version}`;

describe('questions to the audit trail', () => {
  let world: World;
  let api: ReturnType<typeof apiOf>;
  beforeEach(async () => {
    world = new World();
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', regions: ['westeurope', 'northeurope'] });
    await world.run();
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'broken', excludeFromLatest: true });
    await world.run();
    await reindex(world.ports);
    api = apiOf(world.ports);
  });
  const ask = async (path: string) => api.request(`/api/audit/${path}`, { headers: reader });
  // biome-ignore lint/suspicious/noExplicitAny: what a body holds is what the test asserts
  const json = async (path: string) => (await (await ask(path)).json()) as any;
  const day = 'from=2026-11-22';

  it('find what happened by version, type, outcome and image, in the order of its instants', async () => {
    const quarantined = await json(`records?${day}&type=quarantined`);
    expect(quarantined.records).toMatchObject([
      { version: '1.0.1', image: 'ubuntu-2404', outcome: 'failed', actor: 'service' },
    ]);
    const failed = await json(`records?${day}&outcome=failed&image=UBUNTU-2404`);
    expect(failed.records.map(({ version }: { version: string }) => version)).toEqual(['1.0.1', '1.0.1']);
    const all = await json(`records?${day}`);
    const instants = all.records.map(({ at }: { at: string }) => at);
    expect(instants).toEqual(instants.toSorted());
    expect(all.records).toHaveLength(world.allEntries().length);
    expect(all.indexedThrough).toBe(instants.at(-1));
    expect((await json(`records?${day}&team=web`)).records).toEqual([]);
  });

  it('find the smoke tests that met a known issue, by its ticket or any', async () => {
    world.policyFile.text = `${enforce}  checkFile: checks/web.yaml\n`;
    world.checkFiles.texts.set(
      'checks/web.yaml',
      'command:\n  x: { exec: x, exit-status: 0, meta: { known-issue: { ticket: OPS-12, expires: 2026-12-01 } } }\n',
    );
    world.guests.limping = { exitStatus: 1, failing: [2] };
    world.galleries.create(ubuntu, '1.0.2', { sourceId: 'limping', excludeFromLatest: true });
    await world.run();
    await reindex(world.ports);
    const found = { type: 'smokeTestFinished', version: '1.0.2', outcome: 'passed', knownIssues: ['OPS-12'] };

    expect((await json(`records?${day}&knownIssue=OPS-12`)).records).toMatchObject([found]);
    expect((await json(`records?${day}&knownIssue=any`)).records).toMatchObject([found]);
    expect((await json(`records?${day}&knownIssue=OPS-1`)).records).toEqual([]);
  });

  it('are answered in pages that together are everything, once', async () => {
    const everything = (await json(`records?${day}`)).records;
    const pages: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await json(`records?${day}&limit=7${cursor ? `&cursor=${cursor}` : ''}`);
      pages.push(...page.records);
      cursor = page.cursor;
    } while (cursor);

    expect(pages).toEqual(everything);
  });

  it('are answered as NDJSON and as CSV too', async () => {
    const ndjson = await ask(`records?${day}&type=published&format=ndjson`);
    expect(ndjson.headers.get('content-type')).toContain('application/x-ndjson');
    expect(JSON.parse(await ndjson.text())).toMatchObject({ type: 'published', version: '1.0.0' });
    const csv = await (await ask(`records?${day}&type=published&format=csv`)).text();
    expect(csv.split('\r\n')[0]).toBe('at,type,actor,gallery,image,version,team,outcome,summary,log,sequence,id');
    expect(csv.split('\r\n')[1]).toContain(',published,service,corpGallery,ubuntu-2404,1.0.0,,passed,"published in ');
  });

  it.each([
    ['latest', 'at,id,region,version,since', 2],
    [`life?id=${id('1.0.1')}`, 'id,detectedAt,kind,what,from,to,seconds,actor', 4],
  ])('of %s are answered as NDJSON and as CSV too, with a row for each fact', async (path, columns, rows) => {
    const as = async (format: string) =>
      (await (await ask(`${path}${path.includes('?') ? '&' : '?'}format=${format}`)).text()).trim();
    const [names, ...lines] = (await as('csv')).split('\r\n');

    expect(names).toBe(columns);
    expect(lines).toHaveLength(rows);
    const objects = (await as('ndjson')).split('\n').map((line) => JSON.parse(line));
    expect(
      objects.map((row) =>
        columns
          .split(',')
          .map((name) => row[name] ?? '')
          .join(','),
      ),
    ).toEqual(lines);
  });

  it('of the entries of one version are answered as NDJSON and as CSV too', async () => {
    const as = async (format: string) =>
      (await api.request(`/api/entries?id=${id('1.0.1')}&format=${format}`, { headers: reader })).text();
    const { entries } = JSON.parse(await as('json'));

    expect(
      (await as('ndjson'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(entries);
    expect((await as('csv')).split('\r\n')).toHaveLength(entries.length + 2);
  });

  it('of the last ten minutes are answered from the logs that were written to since, whatever the index has', async () => {
    world.dayIndex.days.clear();
    const all = world.allEntries();
    const last =
      all
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? '';
    world.time.moveTo(Date.parse(last) + 60_000);
    const since = new Date(Date.parse(last) - 9 * 60_000).toISOString();

    const { records } = await json('recent');
    expect(records.map(({ id }: { id: string }) => id).sort()).toEqual(
      all
        .filter(({ at }) => at >= since)
        .map(({ id }) => id)
        .sort(),
    );
    world.time.moveTo(Date.parse(last) + 11 * 60_000);
    expect((await json('recent')).records).toEqual([]);
  });

  it('give all entries of many logs in one answer, in the order asked for', async () => {
    const names = [...new Set(world.allEntries().map(({ log }) => log))].toReversed();
    const post = async (body: unknown) =>
      api.request('/api/audit/logs', {
        method: 'POST',
        headers: { ...reader, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const { entries } = (await (await post({ names: [...names, 'incarnations/none'] })).json()) as {
      entries: unknown[];
    };

    const single = await Promise.all(names.map(async (name) => (await json(`log?name=${name}`)).entries));
    expect(names.length).toBeGreaterThan(2);
    expect(entries).toEqual(single.flat());
    expect((await post({ names: [] })).status).toBe(400);
    expect((await post({ names: Array(201).fill('instance') })).status).toBe(400);
    expect((await post({ names: ['../secrets'] })).status).toBe(400);
  });

  it.each([
    'records',
    'records?from=yesterday',
    `records?${day}&to=2026-11-21`,
    `records?${day}&cursor=1`,
    `records?${day}&limit=0`,
    `records?${day}&cursor=2020-01-01.0`,
    'life',
    'latest?at=now',
  ])('that cannot be understood are refused: %s', async (path) => {
    expect((await ask(path)).status).toBe(400);
  });

  it('tell what was latest at an instant, and since when', async () => {
    const published = (await json(`records?${day}&type=latestChanged`)).records.at(-1);

    expect((await json(`latest?at=${published.at}`)).images).toMatchObject([
      { latest: expect.arrayContaining([{ region: 'westeurope', version: '1.0.0', since: expect.any(String) }]) },
    ]);
    expect((await json('latest?at=2026-11-22T07:00:00Z')).images).toEqual([]);
    const one = await json(`latest?region=westeurope&id=${encodeURIComponent(id('1.0.0'))}`);
    expect(one.images[0].latest).toMatchObject([{ region: 'westeurope', version: '1.0.0' }]);
  });

  it('tell how long a version stood at each stage, and how long it was exposed', async () => {
    const { incarnations } = await json(`life?id=${encodeURIComponent(id('1.0.0'))}`);

    expect(incarnations).toMatchObject([
      {
        id: id('1.0.0'),
        stages: [
          { stage: 'until it was held' },
          { stage: 'until a VM was launched' },
          { stage: 'smoke test' },
          { stage: 'until it was published' },
        ],
        exposures: [{ how: 'bornVisible', regions: { westeurope: expect.any(Number) } }],
        people: [],
      },
    ]);
    expect(incarnations[0].exposures[0].seconds).toBeGreaterThan(0);
    expect((await ask(`life?id=${encodeURIComponent(id('9.9.9'))}`)).status).toBe(404);
  });

  /** Every blob that is read while the question is answered. */
  async function readsOf(path: string): Promise<string[]> {
    const read: string[] = [];
    const original = world.auditLogs.read.bind(world.auditLogs);
    world.auditLogs.read = async (log) => {
      read.push(log.split('/')[0] ?? '');
      return original(log);
    };
    await ask(path);
    world.auditLogs.read = original;
    return read;
  }

  it('about the life of one incarnation read one blob, its log', async () => {
    expect(await readsOf(`life?id=${encodeURIComponent(id('1.0.0'))}`)).toEqual(['incarnations']);
  });

  it('about a version that was created twice read the log of each creation, and tell them in their order', async () => {
    world.galleries.remove(ubuntu, '1.0.0');
    await world.run();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', regions: ['westeurope'] });
    await world.run();
    const path = `life?id=${encodeURIComponent(id('1.0.0'))}`;

    expect(await readsOf(path)).toEqual(['incarnations', 'incarnations']);
    const detected = (await json(path)).incarnations.map(({ detectedAt }: { detectedAt: string }) => detectedAt);
    expect(detected).toHaveLength(2);
    expect(detected).toEqual(detected.toSorted());
  });

  it('about a version whose log has a name of before find it through the log of its definition', async () => {
    const path = `life?id=${encodeURIComponent(id('1.0.0'))}`;
    const before = await json(path);
    const known = foldDefinition((await world.auditLogs.read(`definitions/${world.key()}`)).entries).versions['1.0.0'];
    const key = known?.kind === 'examined' ? known.incarnation : '';
    for (const [log, text] of [...world.auditLogs.blobs]) {
      world.auditLogs.blobs.delete(log);
      world.auditLogs.blobs.set(log.replace(key, '0123456789abcdef0123'), text.replaceAll(key, '0123456789abcdef0123'));
    }

    expect(await readsOf(path)).toEqual(['definitions', 'incarnations']);
    expect(await json(path)).toEqual(before);
  });
});
