import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { parseEntries } from '../../../shared/azure/parseEntries.ts';
import type { Entry } from '../../../shared/domain/entries.ts';
import { type Measure, measuresOf, meters } from '../../../shared/domain/measures.ts';
import { readPaper, tableRows } from '../../docs/markdown.ts';
import { ubuntu, World } from '../../fakes/world.ts';

function goldenLog(story: string): Entry[] {
  const [file = ''] = globSync(`test/golden/schema1/${story}/incarnations*.jsonl`);
  return parseEntries(basename(file, '.jsonl'), readFileSync(file, 'utf8'));
}

const named = (measures: Measure[], name: Measure['name']) => measures.filter((measure) => measure.name === name);

test('a publication says how long it took, and how many VM minutes', () => {
  const measures = measuresOf(goldenLog('good'), 0);

  expect(named(measures, 'imprimatur.versions')).toEqual([
    { name: 'imprimatur.versions', value: 1, of: { outcome: 'published' } },
  ]);
  expect(named(measures, 'imprimatur.publication')).toEqual([{ name: 'imprimatur.publication', value: 72 }]);
  expect(named(measures, 'imprimatur.vm')).toEqual([
    { name: 'imprimatur.vm', value: 1.5, of: { vmSize: 'Standard_D2s_v5', region: 'westeurope' } },
  ]);
});

test('the wait for quota before an attempt was launched again is no VM minute', () => {
  const log = goldenLog('good');
  const at = log.findIndex(({ fact }) => fact.type === 'launchIntended');
  const refused = log.slice(at, at + 1).map((entry) => ({ ...entry, at: '2026-01-01T00:00:00.000Z' }));

  const measures = measuresOf([...log.slice(0, at), ...refused, ...log.slice(at)], 0);

  expect(named(measures, 'imprimatur.vm').map(({ value }) => value)).toEqual([1.5]);
});

test('what a publication cost is told once: when it is published and the last of its VMs is gone', () => {
  const log = goldenLog('secondSize');
  const [first, second] = [50, 90];

  expect(measuresOf(log, log.length - 1)).toContainEqual({
    name: 'imprimatur.publication.vm',
    value: first / 60 + second / 60,
  });
  expect(named(measuresOf(log.slice(0, -1), 0), 'imprimatur.publication.vm')).toEqual([]);
});

test('an entry is measured once, whichever part of the log is appended with it', () => {
  const log = goldenLog('secondSize');
  const inTurn = log.flatMap((_, index) => measuresOf(log.slice(0, index + 1), index));

  expect(inTurn).toEqual(measuresOf(log, 0));
  expect(named(inTurn, 'imprimatur.vm')).toHaveLength(2);
  expect(named(inTurn, 'imprimatur.stage')).toHaveLength(log.length - 1);
});

test('the service notes them as it appends, and how late its timers are', async () => {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  await world.run();

  const names = new Set(world.measured.map(({ name }) => name));
  expect([...names].sort()).toEqual(
    Object.keys(meters)
      // What a sweep does is noted where it is called.
      .filter((name) => !['imprimatur.leftovers', 'imprimatur.backlog'].includes(name))
      .sort(),
  );
  expect(named(world.measured, 'imprimatur.versions').map(({ of }) => of?.outcome)).toEqual(['published']);
});

test('the page for operators tells of each', () => {
  const rows = tableRows(readPaper('docs/operate.md'), '# Operating').slice(1);

  expect(rows).toEqual(
    Object.entries(meters).map(([name, { kind, unit, tells }]) => [`\`${name}\``, kind, unit, tells]),
  );
});
