import { describe, expect, test } from 'vitest';
import type { Content, Matcher } from '../../../../shared/smokeTest/checkFile/checkFile.ts';
import { compileMatcher, type Held } from '../../../../shared/smokeTest/checkFile/compileMatcher.ts';

function judge(matcher: Matcher, value: Content, isCut = false): Held {
  return compileMatcher(matcher)(value, isCut);
}

const equal = (value: string | number | boolean): Matcher => ({ match: 'equal', value });
const prefix = (text: string): Matcher => ({ match: 'havePrefix', text });
const gt5: Matcher = { match: 'gt', than: 5 };
const line = (text: string, negated = false): Matcher => ({ match: 'line', text, negated });
const lineRegexp = (pattern: string, negated = false): Matcher => ({ match: 'lineRegexp', pattern, negated });

test.each<[string, Matcher, Content, Held]>([
  ['a text is itself', equal('a'), 'a', 'yes'],
  ['a text is no other', equal('a'), 'a\n', 'no'],
  ['a text is compared with a number as text', equal('42'), 42, 'yes'],
  ['a text is compared with a list as its lines', equal('a\nb'), ['a', 'b'], 'yes'],
  ['a number is itself', equal(42), 42, 'yes'],
  ['a number is what a text says', equal(42), ' 42.0\n', 'yes'],
  ['a number is not what no number says', equal(42), 'about 42', 'no'],
  ['true is true', equal(true), true, 'yes'],
  ['true is not the text "true"', equal(true), 'true', 'no'],
  [
    'identical is the same type, all the way down',
    { match: 'identical', value: { a: [1, 'b'] } },
    { a: [1, 'b'] },
    'yes',
  ],
  ['identical minds types', { match: 'identical', value: '5' }, 5, 'no'],
  ['identical minds the order', { match: 'identical', value: ['a', 'b'] }, ['b', 'a'], 'no'],
  ['identical minds what is missing', { match: 'identical', value: { a: 1 } }, { a: 1, b: 2 }, 'no'],
  ['identical minds a null', { match: 'identical', value: null }, 0, 'no'],
  ['identical minds a list that is a map', { match: 'identical', value: ['a'] }, { 0: 'a' }, 'no'],
  ['identical minds a map that is a list', { match: 'identical', value: { 0: 'a' } }, ['a'], 'no'],
  ['a line is found', line('b'), 'a\nxbx\n', 'yes'],
  ['a line is not found', line('b'), 'a\n', 'no'],
  ['a line is not found across lines', line('a\nb'), 'a\nb', 'no'],
  ['no line is what is wanted', line('b', true), 'a\n', 'yes'],
  ['a line is there that is not wanted', line('b', true), 'b', 'no'],
  ['nothing has no line', line('', true), '', 'yes'],
  ['an empty line is a line', line('', true), '\n', 'no'],
  ['a pattern matches a line', lineRegexp('^b+$'), 'a\r\nbb\r\n', 'yes'],
  ['a pattern matches no line', lineRegexp('^b+$'), 'abb', 'no'],
  ['a pattern is not wanted and not there', lineRegexp('^b', true), 'ab', 'yes'],
  ['a pattern is not wanted and there', lineRegexp('^b', true), 'a\nb', 'no'],
  ['Go syntax', lineRegexp('(?i)^[[:alpha:]]+\\z'), 'ABC', 'yes'],
  ['a prefix', prefix('a'), 'ab', 'yes'],
  ['another prefix', prefix('b'), 'ab', 'no'],
  ['a prefix of a number', prefix('4'), 42, 'yes'],
  ['a suffix', { match: 'haveSuffix', text: 'b' }, 'ab', 'yes'],
  ['another suffix', { match: 'haveSuffix', text: 'a' }, 'ab', 'no'],
  ['something in it', { match: 'containSubstring', text: 'b' }, 'abc', 'yes'],
  ['nothing in it', { match: 'containSubstring', text: 'x' }, 'abc', 'no'],
  ['a regular expression on the whole text', { match: 'matchRegexp', pattern: '^a$' }, 'a\nb', 'no'],
  ['a regular expression line by line, when it says so', { match: 'matchRegexp', pattern: '(?m)^a$' }, 'a\nb', 'yes'],
  ['a length in bytes', { match: 'haveLen', length: 3 }, 'aé', 'yes'],
  ['another length', { match: 'haveLen', length: 2 }, 'aé', 'no'],
  ['a length of a list', { match: 'haveLen', length: 2 }, ['a', 'b'], 'yes'],
  ['a length of a map', { match: 'haveLen', length: 1 }, { a: 1 }, 'yes'],
  ['a length of a number', { match: 'haveLen', length: 2 }, 42, 'senseless'],
  ['a key', { match: 'haveKey', key: prefix('b') }, { foo: 1, bar: 2 }, 'yes'],
  ['no such key', { match: 'haveKey', key: equal('x') }, { foo: 1 }, 'no'],
  ['a key of a list', { match: 'haveKey', key: equal('x') }, ['x'], 'senseless'],
  ['more', gt5, 6, 'yes'],
  ['not more', gt5, 5, 'no'],
  ['more, as text', gt5, ' 5.5 ', 'yes'],
  ['more, as a list of one', gt5, ['6'], 'yes'],
  ['more than no number', gt5, 'six', 'senseless'],
  ['more than true', gt5, true, 'senseless'],
  ['at least', { match: 'ge', than: 5 }, 5, 'yes'],
  ['not at least', { match: 'ge', than: 5 }, 4, 'no'],
  ['less', { match: 'lt', than: 5 }, 4, 'yes'],
  ['not less', { match: 'lt', than: 5 }, 5, 'no'],
  ['at most', { match: 'le', than: 5 }, 5, 'yes'],
  ['not at most', { match: 'le', than: 5 }, 6, 'no'],
  ['an element', { match: 'containElement', element: prefix('b') }, ['a', 'bc'], 'yes'],
  ['no such element', { match: 'containElement', element: prefix('x') }, ['a', 'bc'], 'no'],
  ['an element among lines', { match: 'containElement', element: equal('b') }, 'a\nb', 'yes'],
  ['an element that makes no sense is none', { match: 'containElement', element: gt5 }, ['a'], 'no'],
  ['an element of a number', { match: 'containElement', element: gt5 }, 6, 'senseless'],
  ['all elements', { match: 'containElements', elements: [equal('c'), prefix('a')] }, ['a', 'b', 'c'], 'yes'],
  ['an element for each', { match: 'containElements', elements: [equal('a'), equal('a')] }, ['a', 'b'], 'no'],
  [
    'an element for each, whatever the order',
    { match: 'containElements', elements: [prefix('a'), equal('ab')] },
    ['ab', 'ac'],
    'yes',
  ],
  ['elements of a map', { match: 'containElements', elements: [equal('a')] }, { a: 1 }, 'senseless'],
  ['exactly these', { match: 'consistOf', elements: [equal('b'), prefix('a')] }, ['a', 'b'], 'yes'],
  ['one too many', { match: 'consistOf', elements: [equal('a')] }, ['a', 'b'], 'no'],
  ['none at all', { match: 'consistOf', elements: [] }, [], 'yes'],
  ['both', { match: 'and', matchers: [prefix('a'), line('b')] }, 'ab', 'yes'],
  ['not both', { match: 'and', matchers: [prefix('a'), line('x')] }, 'ab', 'no'],
  ['one of them', { match: 'or', matchers: [prefix('x'), line('b')] }, 'ab', 'yes'],
  ['none of them', { match: 'or', matchers: [prefix('x'), line('y')] }, 'ab', 'no'],
  ['the first holds, the next makes no sense', { match: 'or', matchers: [prefix('a'), gt5] }, 'ab', 'yes'],
  ['the first makes no sense', { match: 'or', matchers: [gt5, prefix('a')] }, 'ab', 'senseless'],
  ['not so', { match: 'not', matcher: prefix('x') }, 'ab', 'yes'],
  ['so', { match: 'not', matcher: prefix('a') }, 'ab', 'no'],
  ['not senseless is no better', { match: 'not', matcher: gt5 }, 'ab', 'senseless'],
])('%s', (_, matcher, value, held) => {
  expect(judge(matcher, value)).toBe(held);
});

describe('a value in JSON is looked up as gjson does', () => {
  const json = JSON.stringify({
    name: { first: 'Tom', 'fav.movie': 'Deer' },
    age: 37,
    children: ['Sara', 'Alex'],
    friends: [{ first: 'Dale', age: 44 }, { first: 'Roger' }, 7],
    '7': 'key',
    on: true,
  });
  const at = (path: string, matcher: Matcher): Matcher => ({ match: 'gjson', values: [{ path, matcher }] });

  test.each<[string, Matcher, Held]>([
    ['name.first', equal('Tom'), 'yes'],
    ['name.first', equal('Tim'), 'no'],
    ['name.fav\\.movie', equal('Deer'), 'yes'],
    ['age', gt5, 'yes'],
    ['age', equal('37'), 'yes'],
    ['on', equal(true), 'yes'],
    ['children.1', equal('Alex'), 'yes'],
    ['children', { match: 'containElement', element: prefix('Sa') }, 'yes'],
    ['children.#', equal(2), 'yes'],
    ['friends.#.first', { match: 'consistOf', elements: [equal('Roger'), equal('Dale')] }, 'yes'],
    ['friends.#.age', equal('44'), 'yes'],
    ['7', equal('key'), 'yes'],
    ['@this', { match: 'haveKey', key: equal('age') }, 'yes'],
    ['@this.age', equal(37), 'yes'],
    [
      'name',
      {
        match: 'and',
        matchers: [
          { match: 'haveKey', key: equal('first') },
          { match: 'haveLen', length: 2 },
        ],
      },
      'yes',
    ],
  ])('%s', (path, matcher, held) => {
    expect(judge(at(path, matcher), json)).toBe(held);
  });

  test.each(['name.last', 'children.2', 'children.-1', 'children.first', 'age.#', 'toString', 'name.__proto__'])(
    'of %s, which is not there, nothing holds, negated or not',
    (path) => {
      expect(judge(at(path, prefix('')), json)).toBe('senseless');
      expect(judge({ match: 'not', matcher: at(path, prefix('')) }, json)).toBe('senseless');
    },
  );

  test('all of it has to hold', () => {
    const both = (second: string): Matcher => ({
      match: 'gjson',
      values: [
        { path: 'age', matcher: gt5 },
        { path: 'name.first', matcher: equal(second) },
      ],
    });

    expect(judge(both('Tom'), json)).toBe('yes');
    expect(judge(both('Tim'), json)).toBe('no');
  });

  test('what is no JSON has nothing that could hold, and of a part of it nobody knows', () => {
    expect(judge(at('age', gt5), 'no JSON')).toBe('senseless');
    expect(judge(at('age', gt5), json.slice(0, 40), true)).toBe('open');
  });
});

describe('semver constraints are those of blang/semver', () => {
  const semver = (constraint: string): Matcher => ({ match: 'semverConstraint', constraint });

  test.each<[string, Content, Held]>([
    ['>=1.0.0 <2.0.0 || >3.0.0', '1.5.0', 'yes'],
    ['>=1.0.0 <2.0.0 || >3.0.0', '2.5.0', 'no'],
    ['>=1.0.0 <2.0.0 || >3.0.0', '3.0.1', 'yes'],
    ['>5.0.0 || < 1.5.0', '1.0.1', 'yes'],
    ['>1.0.0 <2.0.0 !=1.5.0', ['1.0.1', '1.9.9'], 'yes'],
    ['>1.0.0 <2.0.0 !=1.5.0', ['1.0.1', '1.5.0', '1.9.9'], 'no'],
    ['!1.5.0', '1.5.1', 'yes'],
    ['1.5.0', '1.5.0', 'yes'],
    ['==1.5.0', '1.5.0+build.5', 'yes'],
    ['>=1.0.0', '2.0.0-rc.1', 'yes'],
    ['<2.0.0', '2.0.0-rc.1', 'yes'],
    ['>1.0.0', 'v1.2.3', 'senseless'],
    ['>1.0.0', '1.2', 'senseless'],
    ['>1.0.0', '1.2.3\n', 'senseless'],
    ['>1.0.0', [], 'senseless'],
    ['>1.0.0', ['1.2.3', '1:2.3'], 'senseless'],
    ['>1.0.0', 2, 'senseless'],
  ])('%s holds for %j: %s', (constraint, version, held) => {
    expect(judge(semver(constraint), version)).toBe(held);
  });
});

test.each<[string, Matcher, Content, Held]>([
  ['a line is in what came back', line('a'), 'a\nb', 'yes'],
  ['a line may still come', line('x'), 'a\nb', 'open'],
  ['a line that is not wanted is there already', line('a', true), 'a\nb', 'no'],
  ['a line that is not wanted may still come', line('x', true), 'a\nb', 'open'],
  ['the last line is not whole', lineRegexp('^b$'), 'a\nb', 'open'],
  ['a whole line matches', lineRegexp('^a$'), 'a\nb', 'yes'],
  ['the beginning is there', prefix('a'), 'ab', 'yes'],
  ['the beginning is another', prefix('b'), 'ab', 'no'],
  ['the beginning is longer than what came back', prefix('abc'), 'ab', 'open'],
  ['the end is not there', { match: 'haveSuffix', text: 'b' }, 'ab', 'open'],
  ['something is in it already', { match: 'containSubstring', text: 'b' }, 'ab', 'yes'],
  ['something may still come', { match: 'containSubstring', text: 'x' }, 'ab', 'open'],
  ['the whole may be another', equal('ab'), 'ab', 'open'],
  ['an element is there already', { match: 'containElement', element: equal('a') }, 'a\nb', 'yes'],
  ['the last element is not whole', { match: 'containElement', element: equal('b') }, 'a\nb', 'open'],
  ['more elements may come', { match: 'consistOf', elements: [equal('a')] }, ['a'], 'open'],
  ['not open is open', { match: 'not', matcher: line('x') }, 'a', 'open'],
  ['one decides', { match: 'and', matchers: [line('x'), prefix('b')] }, 'ab', 'no'],
  ['nothing decides', { match: 'and', matchers: [line('x'), prefix('a')] }, 'ab', 'open'],
  ['one is enough', { match: 'or', matchers: [line('x'), prefix('a')] }, 'ab', 'yes'],
  [
    'what is open may have held before what makes no sense',
    { match: 'or', matchers: [line('x'), { match: 'containElement', element: equal('y') }] },
    5,
    'open',
  ],
])('of a value that was cut: %s', (_, matcher, value, held) => {
  expect(judge(matcher, value, true)).toBe(held);
});

test('patterns that make others backtrack for ever take no time', () => {
  expect(judge(lineRegexp('(x+x+)+y'), 'x'.repeat(60_000))).toBe('no');
  expect(judge({ match: 'matchRegexp', pattern: '(a|a)*(a|a)*(a|a)*b' }, 'a'.repeat(60_000))).toBe('no');
});

test('a hundred elements among many lines are matched in no time', () => {
  const elements = Array.from({ length: 100 }, (_, n) => prefix(n % 2 === 0 ? 'a' : 'ab'));

  expect(
    judge(
      { match: 'containElements', elements },
      Array.from({ length: 10_000 }, (_, n) => (n < 99 ? 'ab' : 'x')),
    ),
  ).toBe('no');
});
