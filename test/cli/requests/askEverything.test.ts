import { expect, test } from 'vitest';
import { describeInstance } from '../../../cli/requests/askEverything.ts';

const reason = '5 of the 5 VM minutes of 2026-11';

test('a budget that is not nearly spent is not worth a line', () => {
  expect(describeInstance({ budget: { state: 'within', reason } })).toEqual([]);
  expect(describeInstance({ budget: { state: 'near', reason } })).toEqual([`The budget is nearly spent: ${reason}`]);
});

test('all that holds for everything is said, one line each', () => {
  const lines = describeInstance({
    paused: { reason: 'outage', by: 'a', since: '2026-11-22T08:00:00.000Z' },
    breaker: { reason: '5 failed', since: '2026-11-22T07:00:00.000Z' },
    budget: { state: 'spent', reason, until: '2026-12-01T00:00:00.000Z' },
  });

  expect(lines).toEqual([
    'Everything is paused since 2026-11-22T08:00:00.000Z by a: outage',
    'No smoke test begins since 2026-11-22T07:00:00.000Z: 5 failed',
    `No smoke test begins before 2026-12-01T00:00:00.000Z, save of expedited versions and by hand: ${reason}`,
  ]);
});
