import { expect, it } from 'vitest';
import { listVersions } from '../../../shared/api/queries.ts';
import { findUnfinished } from '../../../shared/api/unfinished.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { stories } from '../../golden/stories.ts';
import { apiOf, signedIn } from './signedIn.ts';

it.each([
  ['underTest', ['open']],
  ['inconclusive', ['inconclusive']],
  ['writeLost', ['needsAttention']],
  ['quarantined', []],
  ['recreation', []],
])('what is unfinished is found without reading what is finished: %s', async (story, outcomes) => {
  const world = new World();
  await stories[story]?.(world);
  const { versions: all } = await listVersions(world.ports, { limit: 'all' });

  const found = await findUnfinished(world.ports);

  expect(found.map(({ outcome }) => outcome)).toEqual(outcomes);
  const waiting = all.filter(({ outcome }) => ['open', 'needsAttention', 'inconclusive'].includes(outcome));
  expect(found).toEqual(
    waiting.map(({ id, outcome, reason, entries }) => ({
      id,
      outcome,
      since: entries[0]?.at,
      reason,
      last: entries.at(-1)?.summary,
    })),
  );
});

it('reads no log of a version that is finished', async () => {
  const world = new World();
  for (const version of ['1.0.0', '1.0.1']) world.galleries.create(ubuntu, version, { sourceId: 'healthy' });
  await world.run();
  const read: string[] = [];
  const original = world.auditLogs.read.bind(world.auditLogs);
  world.auditLogs.read = async (log) => {
    read.push(log);
    return original(log);
  };

  expect(await findUnfinished(world.ports)).toEqual([]);
  expect(read.map((log) => log.split('/')[0])).toEqual(['definitions']);
});

it('is answered in each format', async () => {
  const world = new World();
  await stories.inconclusive?.(world);
  const reader = await signedIn('Imprimatur.Reader');
  const ask = async (format: string) =>
    (await apiOf(world.ports).request(`/api/audit/unfinished?format=${format}`, { headers: reader })).text();

  const { versions } = JSON.parse(await ask('json'));
  expect(JSON.parse(await ask('ndjson'))).toEqual(versions[0]);
  const [names, row = ''] = (await ask('csv')).split('\r\n');
  expect(names).toBe('id,outcome,since,reason,last');
  expect(row).toContain('/versions/1.0.0,inconclusive,2026-11-22T');
});
