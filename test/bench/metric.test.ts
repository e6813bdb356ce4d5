import { expect, it } from 'vitest';
import { goalOf, metricSchema, summarise } from '../../bench/metric.ts';

it('tells median and p95 as samples that were seen', () => {
  const samples = Array.from({ length: 100 }, (_, index) => 100 - index);

  expect(summarise('x: y', 'ms', samples)).toEqual({ name: 'x: y', unit: 'ms', median: 50, p95: 95 });
});

it('compares the median with that of the rival', () => {
  const metric = summarise('x: y', 'ms', [30], { rival: [10, 20, 400], limit: 1.25 });

  expect(metric).toEqual({ name: 'x: y', unit: 'ms', median: 30, p95: 30, rival: 20, limit: 1.25, ratio: 1.5 });
  expect(metricSchema.parse(metric)).toEqual(metric);
});

it('has no ratio to a rival that costs nothing', () => {
  expect(summarise('x: y', 's', [3], { rival: [0] })).toEqual({ name: 'x: y', unit: 's', median: 3, p95: 3, rival: 0 });
});

it('is never a figure of nothing', () => {
  expect(() => summarise('x: y', 'ms', [])).toThrow('nothing was measured of x: y');
  expect(() => summarise('x: y', 'ms', [1], { rival: [] })).toThrow('nothing was measured of the rival of x: y');
});

it('holds the goal against the ratio where there is one, else against the p95', () => {
  const metric = { name: 'x: y', unit: 'ms', median: 10, p95: 30 };

  expect(goalOf(metric)).toBeUndefined();
  expect(goalOf({ ...metric, limit: 20 })).toEqual({ goal: '20', isReached: false });
  expect(goalOf({ ...metric, limit: 30 })).toEqual({ goal: '30', isReached: true });
  expect(goalOf({ ...metric, rival: 10, ratio: 1, limit: 1.25 })).toEqual({ goal: '× 1.25', isReached: true });
});

it('holds a goal that is meant for the p95 against it, beside a rival too', () => {
  const metric = summarise('x: y', 'ms', [30], { rival: [10], limit: 40, limitOf: 'p95' });

  expect(goalOf(metric)).toEqual({ goal: '40', isReached: true });
  expect(metricSchema.parse(metric)).toEqual(metric);
});

it('turns p95 and goal round where more is better', () => {
  const samples = Array.from({ length: 100 }, (_, index) => index + 1);
  const metric = summarise('x: y', 'number', samples, { rival: [100], limit: 0.6, better: 'more' });

  expect(metric).toMatchObject({ median: 50, p95: 6, ratio: 0.5, better: 'more' });
  expect(metricSchema.parse(metric)).toEqual(metric);
  expect(goalOf(metric)).toEqual({ goal: '≥ × 0.6', isReached: false });
  expect(goalOf({ ...metric, ratio: 0.6 })).toEqual({ goal: '≥ × 0.6', isReached: true });
});
