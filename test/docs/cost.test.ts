import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import alerts from '../../infra/alerts.json' with { type: 'json' };
import { readPaper, tableRows } from './markdown.ts';

const page = readPaper('docs/cost.md');
const [, ...prices] = tableRows(page, '## List prices');
const fixed = new Map(
  tableRows(page, '## Fixed, for each month').map(([what = '', how = '', usd]) => [what, { how, usd }]),
);
const perVersion = new Map(tableRows(page, '## For each version').map(([what = '', , usd]) => [what, usd]));
const dollars = (amount: number, digits = 2) => amount.toFixed(digits);

/** The list price of a meter, as the page has it. */
function priceOf(meter: string): number {
  const rows = prices.filter(([, name = '']) => name.includes(meter));
  expect(rows).toHaveLength(1);
  return Number(rows[0]?.[2]);
}

test('every price has a day, a region and a record that can be opened', () => {
  let record = '';
  expect(prices.length).toBeGreaterThan(10);
  for (const [service, , usd, , region, day, source = ''] of prices) {
    record = source === 'the same' ? record : source;
    expect([service, Number(usd) > 0, region]).toEqual([expect.any(String), true, expect.stringMatching(/./)]);
    expect(day).toMatch(/^2026-\d\d-\d\d$/);
    expect(record).toMatch(/^\[[^\]]+\]\(https:\/\/\S+\)$/);
  }
});

test('alarms are as many as the template makes', () => {
  const { serviceBus, eventGrid } = alerts.metrics;
  const series = serviceBus.flatMap(({ entities }) => entities).length + 2 * eventGrid.length;

  expect(fixed.get('alarms on log lines')?.how).toContain(`${alerts.logs.length} rules`);
  expect(fixed.get('alarms on log lines')?.usd).toBe(
    dollars(alerts.logs.length * priceOf('Alerts System Log Monitored at 5 Minute Frequency')),
  );
  expect(fixed.get('alarms on metrics')?.how).toMatch(`${series} time series`);
  expect(series).toBeLessThanOrEqual(10);
});

test('what is fixed follows from the list prices', () => {
  const usd = (what: string) => fixed.get(what)?.usd;
  const endpoints = [...readFileSync('infra/main.bicep', 'utf8').matchAll(/\{ name: '[\w-]+', kind: '(\w+)'/g)];
  const zones = new Set(endpoints.map(([, kind]) => kind)).size;
  const standard = 730 * priceOf('Standard Base Unit');
  const atMost = Number(usd('alarms on log lines')) + 52_560 * priceOf('Execution Time') + priceOf('Data Ingestion');
  const hidden =
    730 * priceOf('Premium Messaging Unit') +
    endpoints.length * 730 * priceOf('Standard Private Endpoint') +
    zones * priceOf('Private Zone');

  expect(usd('Service Bus Standard')).toBe(dollars(standard));
  expect(usd('sweep and idle app')).toBe(dollars(8_760 * 3 * 2 * priceOf('Execution Time')));
  expect(usd('logs')).toBe(dollars(priceOf('Data Ingestion')));
  expect(usd('**with public addresses**')).toBe(dollars(standard + atMost));
  expect(usd('private endpoints')).toBe(dollars(endpoints.length * 730 * priceOf('Standard Private Endpoint')));
  expect(usd('private zones')).toBe(dollars(zones * priceOf('Private Zone')));
  expect(usd('**in a private network, at most**')).toBe(dollars(hidden + atMost));
});

test('what a version costs follows from the list prices, and all but its VM is below a cent', () => {
  const usd = (what: string) => perVersion.get(what);

  expect(usd('smoke-test VM')).toBe(dollars(priceOf('D2s v5') / 4, 4));
  expect(usd('executions')).toBe(dollars(30 * 2 * 2 * priceOf('Execution Time'), 4));
  expect(usd('logs, traces')).toBe(dollars(0.002 * priceOf('Data Ingestion'), 4));
  expect(usd('audit trail')).toBe(dollars((60 * priceOf('Write Operations')) / 10_000, 4));
  const rest = ['executions', 'logs, traces', 'messages', 'audit trail', 'evidence'].map((what) => Number(usd(what)));
  expect(rest.reduce((sum, each) => sum + each, 0)).toBeLessThan(0.01);
});
