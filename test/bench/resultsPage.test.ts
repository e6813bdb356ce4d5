import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { groups } from '../../bench/groups.ts';
import { readResults, resultsPage } from '../../bench/resultsPage.ts';

it('docs/benchmark.md is what docs/benchmark.json gives; else `npm run docs`', () => {
  expect(readFileSync('docs/benchmark.md', 'utf8')).toBe(resultsPage(readResults('docs/benchmark.json')));
});

it('shows every figure of the results', () => {
  const results = readResults('docs/benchmark.json');
  const page = resultsPage(results);

  for (const { name } of results.metrics) expect(groups.some((group) => name.startsWith(`${group.name}: `))).toBe(true);
  expect(page.match(/^\| (?!what \||---)/gm)?.length).toBe(results.metrics.length);
});

it('says of a group without figures that it was not measured, and of a goal that it was missed', () => {
  const metric = { name: 'cold start: x', unit: 'ms', median: 3, p95: 4, rival: 2, limit: 1.25, ratio: 1.5 };
  const results = { machine: 'm', date: '2026-11-28T10:00:00.000Z', metrics: [metric] };

  expect(resultsPage(results)).toContain('| x | ms | 3 | 4 | 2 | × 1.5 | × 1.25, **missed** |');
  expect(resultsPage({ ...results, metrics: [] })).toContain('Not measured in this run.');
});

it('names a part that was not measured, with the reason, below the figures of its group', () => {
  const metric = { name: 'growth: x', unit: 'ms', median: 3, p95: 4 };
  const notMeasured = [{ what: 'growth: 5000 versions', reason: 'too slow' }];
  const page = resultsPage({ machine: 'm', date: '2026-11-28T10:00:00.000Z', metrics: [metric], notMeasured });

  expect(page).toContain('| x | ms | 3 | 4 |  |  |  |\n\nNot measured: growth: 5000 versions (too slow).\n');
});

it('says of a group that was measured anew when that was', () => {
  const again = [{ group: 'growth', date: '2026-11-29T10:00:00.000Z' }];
  const page = resultsPage({ machine: 'm', date: '2026-11-28T10:00:00.000Z', again, metrics: [] });

  expect(page.match(/Measured anew on .*/g)).toEqual(['Measured anew on 2026-11-29.']);
});
