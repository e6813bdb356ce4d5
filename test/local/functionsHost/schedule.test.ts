import { expect, test } from 'vitest';
import { parseSchedule } from '../../../local/functionsHost/schedule.ts';

const after = Date.parse('2026-11-22T10:07:30.500Z'); // a Sunday

test.each([
  ['0 */5 * * * *', '2026-11-22T10:10:00.000Z'],
  ['*/10 * * * * *', '2026-11-22T10:07:40.000Z'],
  ['15,45 7 10 * * *', '2026-11-22T10:07:45.000Z'],
  ['*/5 * * * *', '2026-11-22T10:10:00.000Z'],
  ['0 30 9 * * 1-5', '2026-11-23T09:30:00.000Z'],
  ['0 30 9 * Jan Mon', '2027-01-04T09:30:00.000Z'],
  ['0 0 0 1 * 5', '2027-01-01T00:00:00.000Z'],
  ['00:01:30', '2026-11-22T10:09:00.500Z'],
  ['1.00:00:00', '2026-11-23T10:07:30.500Z'],
])('%j is next due at %s', (expression, due) => {
  expect(new Date(parseSchedule(expression)(after)).toISOString()).toBe(due);
});

test.each(['', 'every minute', '0 0 0 L * *', '0 ? * * * *', '61 * * * * *', '00:00:00'])(
  '%j is refused, and named',
  (expression) => {
    expect(() => parseSchedule(expression)(after)).toThrow(`"${expression}" is neither`);
  },
);
