import { expect, test } from 'vitest';
import type { Matcher } from '../../../../shared/smokeTest/checkFile/checkFile.ts';
import { describeMatcher, describeValue } from '../../../../shared/smokeTest/checkFile/describeMatcher.ts';
import { parseChecks } from './parse.ts';

const a: Matcher = { match: 'havePrefix', text: 'a' };

test.each([
  ['"x y"', '"x y"'],
  ['7', '7'],
  ['{equal: [a, 1]}', '["a",1]'],
  [
    '{have-patterns: [a, "!b", "!", "/c/", "!/d/"]}',
    '(a line with "a" and no line with "b" and no line at all and a line that matches /c/ and no line that matches /d/)',
  ],
  ['{have-prefix: a}', 'something that begins with "a"'],
  ['{have-suffix: a}', 'something that ends with "a"'],
  ['{contain-substring: a}', 'something with "a" in it'],
  ['{match-regexp: a}', 'something that matches /a/'],
  ['{have-len: 2}', 'a length of 2'],
  ['{have-key: a}', 'a key "a"'],
  ['{gjson: {a.b: c, n: {gt: 1}}}', 'JSON with (a.b: "c" and n: more than 1)'],
  ['{gt: 1}', 'more than 1'],
  ['{ge: 1}', 'at least 1'],
  ['{lt: 1}', 'less than 1'],
  ['{le: 1}', 'at most 1'],
  ['{semver-constraint: ">1.0.0"}', 'versions >1.0.0'],
  ['{contain-element: a}', 'an element "a"'],
  ['[a, 1]', 'elements ("a", 1)'],
  ['{consist-of: [a]}', 'only the elements ("a")'],
  ['{or: [{not: a}, {gt: 1}]}', '(not "a" or more than 1)'],
])('%s is %s', (yaml, words) => {
  const matcher = parseChecks(`matching: {x: {content: 1, matches: ${yaml}}}`)[0]?.assertions[0]?.matcher;

  expect(matcher && describeMatcher(matcher)).toBe(words);
});

test('stays short, however long the file is', () => {
  const long: Matcher = {
    match: 'or',
    matchers: Array.from({ length: 500 }, () => ({ match: 'and', matchers: [a, a, a] })),
  };

  expect(describeMatcher(long)).toHaveLength(200);
  expect(describeMatcher({ match: 'containElements', elements: Array.from({ length: 12 }, () => a) }, 1_000)).toMatch(
    /, 2 more\)$/,
  );
  expect(describeValue('x'.repeat(5_000))).toHaveLength(200);
  expect(describeValue(Array.from({ length: 5_000 }, () => 'x'))).toHaveLength(200);
});

test('shows a text on one line', () => {
  expect(describeValue('a\n\u001b[31mb')).toBe('"a\\n\\u001b[31mb"');
});
