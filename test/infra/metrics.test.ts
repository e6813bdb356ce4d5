import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import metrics from '../../infra/metrics.json' with { type: 'json' };
import { parseEntries } from '../../shared/azure/parseEntries.ts';
import { indexRecordsOf } from '../../shared/domain/indexRecord.ts';
import { kustoMistakes } from './kustoMistakes.ts';

const queries = metrics.map(({ name, query }) => ({ name, query: query.join('\n') }));
const logs = globSync('test/golden/schema*/*/*.jsonl').map((file) =>
  parseEntries(basename(file, '.jsonl'), readFileSync(file, 'utf8')),
);
const types = new Set(logs.flat().map(({ fact }): string => fact.type));
/** What a log line `audit entry {…}` holds. */
const fields = new Set(logs.flatMap((log) => indexRecordsOf(log, 0)).flatMap((record) => Object.keys(record)));
const lines = readFileSync('shared/app.ts', 'utf8') + readFileSync('shared/workflow/sweep.ts', 'utf8');

test('there is a number for everything that an operator asks for', () => {
  expect(metrics.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      ...['versions-by-outcome', 'stage-durations', 'lateness', 'vm-minutes', 'cost-per-publication'],
      ...['leftovers', 'backlog'],
    ]),
  );
});

test.each(queries)('every field of an audit entry that $name reads is one that log lines hold', ({ query }) => {
  const read = [...query.matchAll(/\bentry\.(\w+)/g)].map(([, field = '']) => field);

  expect(read.filter((field) => !fields.has(field))).toEqual([]);
});

test.each(queries)('every text of a log line that $name looks for is one that the app writes', ({ query }) => {
  const filters = query.split('\n').filter((line) => /^\| (?:where|parse) Message /.test(line));
  const texts = filters.flatMap((line) => [...line.matchAll(/"([^"]+)"/g)].map(([, text = '']) => text.trim()));

  expect(texts).not.toEqual([]);
  expect(texts.filter((text) => !lines.includes(text))).toEqual([]);
});

test.each(queries)('the query of $name is one that Azure understands', ({ query }) => {
  expect(kustoMistakes(query)).toEqual([]);
});

test.each(queries)('every type of entry that $name counts is one that is written', ({ query }) => {
  const named = [...query.matchAll(/type (?:==|in) (?:\(dynamic\(\[|\()?((?:"\w+"(?:, )?)+)/g)].flatMap(
    ([, list = '']) => [...list.matchAll(/"(\w+)"/g)].map(([, type = '']) => type),
  );

  expect(named.filter((type) => !types.has(type))).toEqual([]);
});
