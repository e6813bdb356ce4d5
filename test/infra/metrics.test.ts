import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import metrics from '../../infra/metrics.json' with { type: 'json' };
import { parseEntries } from '../../shared/azure/parseEntries.ts';
import { kustoMistakes } from './kustoMistakes.ts';

const queries = metrics.map(({ name, query }) => ({ name, query: query.join('\n') }));
const types = new Set(
  globSync('test/golden/schema*/*/*.jsonl').flatMap((file) =>
    parseEntries(basename(file, '.jsonl'), readFileSync(file, 'utf8')).map(({ fact }): string => fact.type),
  ),
);

test.each(queries)('the query of $name is one that Azure understands', ({ query }) => {
  expect(kustoMistakes(query)).toEqual([]);
});

test.each(queries)('every type of entry that $name counts is one that is written', ({ query }) => {
  const named = [...query.matchAll(/type (?:==|in) (?:\(dynamic\(\[|\()?((?:"\w+"(?:, )?)+)/g)].flatMap(
    ([, list = '']) => [...list.matchAll(/"(\w+)"/g)].map(([, type = '']) => type),
  );

  expect(named.filter((type) => !types.has(type))).toEqual([]);
});
