import { expect, test } from 'vitest';
import { besideOthers } from '../../bench/besideOthers.ts';

const figure = (name: string, median: number) => ({ name, unit: 'ms', median, p95: median });
const machine = 'two cores';

test('a group that is measured alone replaces its own figures and gaps, and keeps those of the others', () => {
  const before = {
    machine,
    date: '2026-11-28T10:00:00.000Z',
    metrics: [figure('burst: own time', 1), figure('growth: own time', 2)],
    notMeasured: [
      { what: 'throughput', reason: 'no end' },
      { what: 'publication: the usual script', reason: 'no az' },
    ],
  };
  const now = {
    machine,
    date: '2026-11-29T10:00:00.000Z',
    metrics: [figure('growth: own time', 3), figure('throughput: a minute', 4)],
    notMeasured: [],
  };

  expect(besideOthers(before, now, ['growth', 'throughput'])).toEqual({
    machine,
    date: '2026-11-28T10:00:00.000Z',
    again: [
      { group: 'growth', date: '2026-11-29T10:00:00.000Z' },
      { group: 'throughput', date: '2026-11-29T10:00:00.000Z' },
    ],
    metrics: [figure('burst: own time', 1), figure('growth: own time', 3), figure('throughput: a minute', 4)],
    notMeasured: [{ what: 'publication: the usual script', reason: 'no az' }],
  });
});
