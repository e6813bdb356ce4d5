import { beforeEach, describe, expect, it } from 'vitest';
import { AdapterError } from '../../../shared/errors.ts';
import { reindex } from '../../../shared/workflow/audit/reindex.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const reader = await signedIn('Imprimatur.Reader');
const span = 'from=2026-11-21&to=2026-11-23';

describe('an answer of everything', () => {
  let world: World;
  let api: ReturnType<typeof apiOf>;
  let read: string[];
  beforeEach(async () => {
    world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', regions: ['westeurope'] });
    await world.run();
    await reindex(world.ports);
    const [day = []] = world.dayIndex.days.values();
    world.dayIndex.days.set('2026-11-21', day);
    api = apiOf(world.ports);
    read = [];
    const original = world.dayIndex.read.bind(world.dayIndex);
    world.dayIndex.read = async (name) => {
      read.push(name);
      return original(name);
    };
  });
  const ask = async (query: string) => api.request(`/api/audit/records?${span}&${query}`, { headers: reader });

  it('is what all pages are together, in each format', async () => {
    const page = await (await ask('limit=10000')).json();

    expect(await (await ask('limit=all')).json()).toEqual(page);
    for (const format of ['ndjson', 'csv'])
      expect(await (await ask(`limit=all&format=${format}`)).text()).toBe(
        await (await ask(`limit=10000&format=${format}`)).text(),
      );
  });

  it.each(['', '&format=ndjson', '&format=csv'])('is well formed where nothing fits%s', async (format) => {
    const read = (text: string) => (format === '' ? JSON.parse(text) : text);
    const text = await (await ask(`limit=all&type=nothing${format}`)).text();

    expect(read(text)).toEqual(read(await (await ask(`limit=10&type=nothing${format}`)).text()));
  });

  it('is the whole day for GET /days, in each format', async () => {
    const day = async (format: string) =>
      (await api.request(`/api/days/2026-11-22?format=${format}`, { headers: reader })).text();
    expect(JSON.parse(await day('json')).records).toHaveLength((await day('ndjson')).trim().split('\n').length);
    expect((await day('csv')).split('\r\n')).toHaveLength((await day('ndjson')).split('\n').length + 1);
  });

  it('has each record of JSON in a line of its own, and an end that tells that none is missing', async () => {
    const [begin, ...lines] = (await (await ask('limit=all')).text()).trimEnd().split('\n');
    const end = lines.pop();

    expect(begin).toBe('{"records":[');
    expect(end).toMatch(/^\],"indexedThrough":"2026-11-22T[^"]+"\}$/);
    const records = (await (await ask('limit=10000&format=ndjson')).text()).trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/,$/, ''))).toEqual(records);
  });

  it('reads one day after the other, as the client takes them, and none for a client that went away', async () => {
    const response = await ask('limit=all&format=ndjson');
    expect(read).toEqual(['2026-11-21']);
    const body = response.body?.getReader();
    await body?.read();
    expect(read).toEqual(['2026-11-21']);
    await body?.read();
    expect(read).toEqual(['2026-11-21', '2026-11-22']);

    await body?.cancel();
    expect(read).toEqual(['2026-11-21', '2026-11-22']);
  });

  it('breaks off where a later day cannot be read, and is a problem where the first cannot', async () => {
    const outOfReach = new AdapterError('no answer', { code: 'Timeout', retryable: true });
    const original = world.dayIndex.read.bind(world.dayIndex);
    let failing = '2026-11-22';
    world.dayIndex.read = async (day) => {
      if (day === failing) throw outOfReach;
      return original(day);
    };
    const response = await ask('limit=all&format=ndjson');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('no answer');

    failing = '2026-11-21';
    expect((await ask('limit=all&format=ndjson')).status).toBe(503);
  });

  it('ends with the last day that there is', async () => {
    const last = await api.request('/api/audit/records?from=9999-12-30&to=9999-12-31&limit=all', { headers: reader });

    expect(await last.json()).toEqual({ records: [] });
    expect(read).toEqual(['9999-12-30', '9999-12-31']);
  });

  it('has no cursor', async () => {
    expect((await ask('limit=all&cursor=2026-11-21.3')).status).toBe(400);
  });
});
