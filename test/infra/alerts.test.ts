import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import alerts from '../../infra/alerts.json' with { type: 'json' };
import entities from '../../infra/serviceBus.json' with { type: 'json' };
import { parseEntries } from '../../shared/azure/parseEntries.ts';
import { indexRecordsOf } from '../../shared/domain/indexRecord.ts';
import { headings, readPaper } from '../docs/markdown.ts';
import { kustoMistakes } from './kustoMistakes.ts';

const queries = alerts.logs.map(({ name, query }) => ({ name, query: query.join('\n') }));

/** Lines of the log as the app writes them: one for each entry of the golden logs. */
const entryLines = globSync('test/golden/schema*/*/*.jsonl').flatMap((file) =>
  parseEntries(basename(file, '.jsonl'), readFileSync(file, 'utf8')).map(
    (entry) => `audit entry ${JSON.stringify(indexRecordsOf([entry], 0)[0])}`,
  ),
);
const sources = globSync('shared/**/*.ts').map((file) => readFileSync(file, 'utf8'));

test.each(queries)('the query of $name is one that Azure understands', ({ query }) => {
  expect(kustoMistakes(query)).toEqual([]);
});

test.each([
  ['a column that is not there', 'AppTraces | where Mesage == "x"'],
  ['a table that is not there', 'AppTrace | count'],
  ['an operator that is not there', 'AppTraces | wher Message == "x"'],
])('%s is seen', (_, query) => {
  expect(kustoMistakes(query)).not.toEqual([]);
});

test.each(queries)('every text that $name looks for is one that the app writes', ({ query }) => {
  const texts = [...query.matchAll(/"([^"]{2,})"/g)].map(([, text = '']) => text);

  const unknown = texts.filter((text) => ![...entryLines, ...sources].some((line) => line.includes(text)));

  expect(texts).not.toEqual([]);
  expect(unknown).toEqual([]);
});

test('a publication that ends as any of the golden ones is not stuck', () => {
  const stuck = queries.find(({ name }) => name === 'stuck')?.query ?? '';
  const list = (name: string) =>
    JSON.parse(new RegExp(`let ${name} = dynamic\\((.*)\\);`).exec(stuck)?.[1] ?? '') as string[];
  const [begins, ends] = [list('begins'), list('ends')];
  const last = (file: string) =>
    parseEntries(basename(file, '.jsonl'), readFileSync(file, 'utf8'))
      .map(({ fact }) => fact.type as string)
      .findLast((type) => begins.includes(type) || ends.includes(type));

  const open = globSync('test/golden/schema*/*/incarnations.*.jsonl').filter((file) =>
    begins.includes(last(file) ?? ''),
  );

  expect(open.map((file) => file.split('/').at(-2)).sort()).toEqual(['forbidden', 'underTest', 'writeLost']);
});

test('periods are such that Azure takes, and a look is not shorter than the pause before the next', () => {
  const minutes = (duration: string) => {
    const [, days = 0, hours = 0, rest = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
    return Number(days) * 1440 + Number(hours) * 60 + Number(rest);
  };
  for (const { evaluationFrequency, windowSize, lookBack, severity } of alerts.logs) {
    expect([5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440, 2880]).toContain(minutes(windowSize));
    expect([5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440]).toContain(minutes(evaluationFrequency));
    expect(minutes(windowSize)).toBeGreaterThanOrEqual(minutes(evaluationFrequency));
    expect(minutes(lookBack)).toBeGreaterThanOrEqual(minutes(windowSize));
    expect(minutes(lookBack)).toBeLessThanOrEqual(2880);
    expect([0, 1, 2, 3, 4]).toContain(severity);
  }
});

test('the queues and the topic of metric alerts are there, and none is forgotten', () => {
  const watched = alerts.metrics.serviceBus.filter(({ metricName }) => metricName === 'DeadletteredMessages');
  const names = [...entities.queues, ...entities.topics].map(({ name }) => name);

  expect(watched.flatMap((alert) => alert.entities).sort()).toEqual(names.sort());
});

test('every alarm has a runbook under its name', () => {
  const all = [...alerts.logs, ...alerts.metrics.serviceBus, ...alerts.metrics.eventGrid].map(({ name }) => name);
  const runbooks = headings(readPaper('docs/operate.md'), '## Alarms');

  expect(runbooks).toEqual(expect.arrayContaining(all));
  expect(runbooks.filter((name) => !all.includes(name))).toEqual([]);
});
