import { expect, it } from 'vitest';
import type { Publication } from '../../../bench/publication/publishAll.ts';
import { areDone, busyMs, lastSteps } from '../../../bench/throughput/throughput.ts';

const run = (name: string, key: string, from: number, to: number) => ({
  ...{ function: name, key, messages: 1, from, to, operations: [] },
});
const step = (key: string, from: number, to: number) => run('publicationSteps', key, from, to);
const record = [run('imageEvents', 'e', 100, 110), step('a', 120, 200), step('b', 190, 300), step('a', 700, 800)];

it('needs the steps of a session that began before its version was published and its VM gone', () => {
  const entry = (type: string, at: number) => ({ at: new Date(at).toISOString(), fact: { type } });
  const publication = (definition: string, ...entries: object[]) => ({ definition, entries }) as unknown as Publication;
  const a = publication('a', entry('vmGone', 750), entry('published', 150), entry('later', 900));
  const b = publication('b', entry('published', 290), entry('vmGone', 280));

  expect(lastSteps([...record, step('a', 850, 900)], [a, b])).toEqual(
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  );
});

it('is done when every session has ended as many steps', () => {
  expect(areDone(record, new Map([['a', 2]]))).toBe(true);
  expect(
    areDone(
      record,
      new Map([
        ['a', 2],
        ['b', 2],
      ]),
    ),
  ).toBe(false);
});

it('leaves out the time in which nothing ran, and what ran after the last step that is needed', () => {
  const needed = new Map([
    ['a', 2],
    ['b', 1],
  ]);

  expect(busyMs([...record, step('b', 5_000, 6_000)], needed)).toBe(10 + 180 + 100);
});
