import { expect, test } from 'vitest';
import { KnownLogs } from '../../../shared/azure/knownLogs.ts';
import { type Entry, emptyHead, firstBroken, headOf, sealEntries } from '../../../shared/domain/entries.ts';

const log = 'definitions/ubuntu';
const by = { actor: 'service', appendId: 'append', cause: 'event', at: '2026-11-22T07:00:00.000Z' };
const entriesOf = (count: number, reason: string) =>
  sealEntries(
    log,
    emptyHead,
    Array.from({ length: count }, () => ({ type: 'paused', reason })),
    by,
  );
const textOf = (entries: Entry[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

test('a log that has grown keeps the entries that were read before, as the same objects', () => {
  const logs = new KnownLogs();
  const entries = entriesOf(3, 'maintenance');
  const first = logs.parse(log, textOf(entries.slice(0, 2)));

  const second = logs.parse(log, textOf(entries));

  expect(second).toEqual(entries);
  expect(second[0]).toBe(first[0]);
  expect(second[1]).toBe(first[1]);
  expect(firstBroken(second)).toBeUndefined();
});

test('who appends to what it read changes nothing for the next', () => {
  const logs = new KnownLogs();
  const entries = entriesOf(2, 'maintenance');
  logs
    .parse(log, textOf(entries))
    .push(...sealEntries(log, headOf(entries[1]), [{ type: 'resumed', reason: 'done' }], by));

  expect(logs.parse(log, textOf(entries))).toEqual(entries);
});

test('a log that is another one now is parsed from its beginning', () => {
  const logs = new KnownLogs();
  logs.parse(log, textOf(entriesOf(2, 'maintenance')));
  const others = entriesOf(2, 'incident');

  expect(logs.parse(log, textOf(others))).toEqual(others);
  expect(logs.parse(log, '')).toEqual([]);
});

test('the damaged line is told by its number in the whole log, and what cannot be read is not kept', () => {
  const logs = new KnownLogs();
  const entries = entriesOf(3, 'maintenance');
  logs.parse(log, textOf(entries.slice(0, 2)));

  expect(() => logs.parse(log, `${textOf(entries.slice(0, 2))}{}\n`)).toThrow(/line 3 is not an audit entry/);
  expect(logs.parse(log, textOf(entries))).toEqual(entries);
});

test('of more than it may hold it forgets those that were read the longest ago', () => {
  const logs = new KnownLogs();
  const large = textOf(entriesOf(2, 'x'.repeat(1_500_000)));
  const small = textOf(entriesOf(1, 'maintenance'));
  const [early] = logs.parse('early', small);
  const [late] = logs.parse('late', small);
  logs.parse('early', small);
  logs.parse('large', large);
  logs.parse('larger', large);

  expect(logs.parse('late', small)[0]).not.toBe(late);
  expect(logs.parse('early', small)[0]).not.toBe(early);
});
