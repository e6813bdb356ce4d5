import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../shared/smokeTest/factScript/readAnswer.ts';
import { anything, check } from './checks.ts';

const checks = [
  check('command', 'one', [
    ['exit-status', 0],
    ['stdout', anything],
  ]),
  check('file', 'skipped', [['exists', true]], { skip: true }),
  check('matching', 'judged elsewhere', [['matches', true]]),
  check('service', 'two', [
    ['running', true],
    ['enabled', true],
    ['runlevels', anything],
  ]),
];
const compact = (lines: string[], total = 5) =>
  ['imprimatur-begin n1', ...lines, `imprimatur-end n1 ${total}`, ''].join('\n');
const good = ['boot 6f1c-1 8123 456', 's =v!t?', 'r 2 3', 'd 2.1 bfalse', 'd 1.2 shel~', 'cut 1'];
const full = (lines: string[], total = 5) =>
  ['imprimatur-facts n1', ...lines, `imprimatur-facts-end n1 ${total}`, ''].join('\n');
const goodFull = ['f 1.1 = n0', 'f 1.2 v shello%0A', 'f 2.1 ! bfalse', 'f 2.2 t', 'f 2.3 ?'];
const read = (output: string, whole?: string) => readAnswer(checks, 'n1', output, whole);

describe('an answer', () => {
  it('has a fact for every assertion, at the place of its check', () => {
    expect(read(`rest of something\n${compact(good)}`, `${full(goodFull)}${compact(good)}`)).toEqual({
      kind: 'complete',
      boot: { id: '6f1c-1', readyMs: 8123 },
      elapsedMs: 456,
      facts: [
        [
          { kind: 'matches', value: 0 },
          { kind: 'value', value: 'hello\n', cut: false },
        ],
        [],
        [],
        [
          { kind: 'differs', value: false },
          { kind: 'unknown', reason: 'timed out' },
          { kind: 'unknown', reason: 'cannot be told in this guest' },
        ],
      ],
      tries: [1, 0, 0, 3],
      cut: 1,
    });
  });

  it.each([
    ['is not there', undefined],
    ['was cut', full(goodFull).slice(30)],
    ['has no end', full(goodFull).slice(0, -30)],
    ['is of another run', full(goodFull).replaceAll('n1', 'n2')],
    ['lacks a line', full(goodFull.slice(1))],
    ['has a line twice', full([...goodFull.slice(0, 4), 'f 2.2 t'])],
    ['holds a broken value', full(['f 1.1 = nx', ...goodFull.slice(1)])],
    ['comes twice', full(goodFull) + full(goodFull)],
  ])('takes the beginnings of values when the whole output %s', (_, whole) => {
    expect(read(compact(good), whole)).toMatchObject({
      facts: [[{ kind: 'matches' }, { kind: 'value', value: 'hel', cut: true }], [], [], [{ value: false }, {}, {}]],
    });
  });

  it('makes an unknown of a value that did not reach us', () => {
    const answer = read(compact(good.filter((line) => !line.startsWith('d 1.2'))));

    expect(answer).toMatchObject({
      facts: [[{}, { kind: 'unknown', reason: 'the value did not reach us' }], [], [], {}],
    });
  });

  it('says that the guest was not restarted yet', () => {
    expect(read(compact(['same-boot'], 0))).toEqual({ kind: 'sameBoot' });
  });

  it('is complete without any assertion, and without a known boot time', () => {
    const answer = readAnswer([], 'n1', compact(['boot - - 0', 's ', 'cut 0'], 0));

    expect(answer).toEqual({ kind: 'complete', boot: { id: '-' }, elapsedMs: 0, facts: [], tries: [], cut: 0 });
    expect(readAnswer([], 'n1', compact(['boot - - 0', 's', 'cut 0'], 0).replaceAll('\n', '\r\n'))).toEqual(answer);
  });

  it.each([
    ['nothing', ''],
    ['another run', compact(good).replaceAll('n1', 'n2')],
    ['no begin mark', compact(good).slice(5)],
    ['no end mark', compact(good).slice(0, -18)],
    ['an end mark with the beginning of a number', compact(good, 50)],
    ['two answers', compact(good) + compact(good)],
    ['two begin marks', `imprimatur-begin n1\n${compact(good)}`],
    ['the marks the wrong way round', 'imprimatur-end n1 5\nimprimatur-begin n1\n'],
    ['something behind it', `${compact(good)}more`],
    ['no boot line', compact(good.slice(1))],
    ['a boot line of another form', compact(['boot a b c', ...good.slice(1)])],
    ['a status too few', compact([good[0] ?? '', 's =v!t', ...good.slice(2)])],
    ['a status too many', compact([good[0] ?? '', 's =v!t?=', ...good.slice(2)])],
    ['an unknown status', compact([good[0] ?? '', 's =v!tx', ...good.slice(2)])],
    ['no cut line', compact(good.slice(0, -1))],
    ['a line after the cut line', compact([...good, 'd 1.1 n0'])],
    ['a line twice', compact([...good.slice(0, -1), 'd 1.2 sx', 'cut 0'])],
    ['an assertion that was not sent', compact([...good.slice(0, 3), 'd 1.3 n0', 'cut 0'])],
    ['a check that was not sent', compact([...good.slice(0, 2), 'r 3 2', 'cut 0'])],
    ['a number written in another way', compact([...good.slice(0, 2), 'd 01.1 n0', 'cut 0'])],
    ['a broken value', compact([...good.slice(0, 2), 'd 1.1 x', 'cut 0'])],
    ['a foreign line', compact([...good.slice(0, 2), 'hello', 'cut 0'])],
    ['the same boot, with more', compact(['same-boot', 'cut 0'], 0)],
    ['the answer to fewer assertions', compact(['boot a 1 1', 's =', 'cut 0'], 1)],
  ])('is unusable with %s', (_, output) => {
    expect(read(output)).toEqual({ kind: 'unusable', reason: expect.any(String) });
  });

  it('is unusable when the whole output contradicts its end', () => {
    expect(read(compact(good), full(goodFull.map((line) => line.replace('! bfalse', '= btrue'))))).toMatchObject({
      kind: 'unusable',
    });
  });
});
