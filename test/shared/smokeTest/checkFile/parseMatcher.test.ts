import { describe, expect, test } from 'vitest';
import { checkTypes, type ValueKind } from '../../../../shared/smokeTest/checkFile/checkTypes.ts';
import { parseChecks, problemsIn } from './parse.ts';

/** Every attribute of every type, with the line that its check needs besides. */
const attributes = Object.entries(checkTypes).flatMap(([type, { attributes, required }]) =>
  Object.entries(attributes).map(([attribute, kind]) => ({ type, attribute, kind, required })),
);

const any: ValueKind[] = ['boolean', 'integer', 'string', 'list', 'text'];
const texts: ValueKind[] = ['string', 'list', 'text'];
const ordered: ValueKind[] = ['integer', 'string', 'list', 'text'];

/** What stands in the file, what it is parsed as, and for which kinds of attributes it makes sense. */
const matchers: { yaml: string; kinds: ValueKind[]; matcher: unknown }[] = [
  { yaml: 'true', kinds: ['boolean'], matcher: { match: 'equal', value: true } },
  { yaml: '0', kinds: ordered, matcher: { match: 'equal', value: 0 } },
  { yaml: 'some text', kinds: texts, matcher: { match: 'equal', value: 'some text' } },
  { yaml: '{equal: false}', kinds: ['boolean'], matcher: { match: 'equal', value: false } },
  { yaml: '{equal: 3}', kinds: ['integer'], matcher: { match: 'equal', value: 3 } },
  { yaml: '{equal: "3"}', kinds: ['string', 'text'], matcher: { match: 'equal', value: '3' } },
  { yaml: '{equal: [a, b]}', kinds: ['list'], matcher: { match: 'identical', value: ['a', 'b'] } },
  { yaml: '{have-prefix: a}', kinds: any, matcher: { match: 'havePrefix', text: 'a' } },
  { yaml: '{have-suffix: a}', kinds: any, matcher: { match: 'haveSuffix', text: 'a' } },
  { yaml: '{contain-substring: a}', kinds: any, matcher: { match: 'containSubstring', text: 'a' } },
  { yaml: '{match-regexp: "^a+$"}', kinds: any, matcher: { match: 'matchRegexp', pattern: '^a+$' } },
  {
    yaml: '{have-patterns: [a, "!/b/"]}',
    kinds: texts,
    matcher: {
      match: 'and',
      matchers: [
        { match: 'line', text: 'a', negated: false },
        { match: 'lineRegexp', pattern: 'b', negated: true },
      ],
    },
  },
  { yaml: '{have-len: 2}', kinds: texts, matcher: { match: 'haveLen', length: 2 } },
  { yaml: '{gt: 1}', kinds: ordered, matcher: { match: 'gt', than: 1 } },
  { yaml: '{ge: 1.5}', kinds: ordered, matcher: { match: 'ge', than: 1.5 } },
  { yaml: '{lt: -1}', kinds: ordered, matcher: { match: 'lt', than: -1 } },
  { yaml: '{le: 1}', kinds: ordered, matcher: { match: 'le', than: 1 } },
  {
    yaml: '{semver-constraint: ">=1.0.0 <2.0.0 || >3.0.0"}',
    kinds: texts,
    matcher: { match: 'semverConstraint', constraint: '>=1.0.0 <2.0.0 || >3.0.0' },
  },
  {
    yaml: '{contain-element: {have-prefix: a}}',
    kinds: texts,
    matcher: { match: 'containElement', element: { match: 'havePrefix', text: 'a' } },
  },
  {
    yaml: '{contain-elements: [a, 2]}',
    kinds: texts,
    matcher: {
      match: 'containElements',
      elements: [
        { match: 'equal', value: 'a' },
        { match: 'equal', value: 2 },
      ],
    },
  },
  {
    yaml: '{consist-of: [a]}',
    kinds: ['list'],
    matcher: { match: 'consistOf', elements: [{ match: 'equal', value: 'a' }] },
  },
  {
    yaml: '{and: [{have-prefix: a}, {not: {have-suffix: b}}]}',
    kinds: any,
    matcher: {
      match: 'and',
      matchers: [
        { match: 'havePrefix', text: 'a' },
        { match: 'not', matcher: { match: 'haveSuffix', text: 'b' } },
      ],
    },
  },
  {
    yaml: '{or: [{have-prefix: a}]}',
    kinds: any,
    matcher: { match: 'or', matchers: [{ match: 'havePrefix', text: 'a' }] },
  },
  {
    yaml: '{gjson: {a.0: b, "@this": {have-len: 2}}}',
    kinds: ['string', 'text'],
    matcher: {
      match: 'gjson',
      values: [
        { path: 'a.0', matcher: { match: 'equal', value: 'b' } },
        { path: '@this', matcher: { match: 'haveLen', length: 2 } },
      ],
    },
  },
  { yaml: '{have-key: a}', kinds: [], matcher: undefined },
];

/** A check of the type, with what it cannot be without. */
function checkOf(type: string, attribute: string, required: string | undefined, yaml: string): string {
  const needed =
    required && required !== attribute
      ? `    ${required}: ${required === 'exit-status' || required === 'status' ? 0 : true}\n`
      : '';
  const subject = { addr: 'tcp://it:1', http: 'http://it' }[type] ?? 'it';
  return `${type}:\n  ${subject}:\n${needed}    ${attribute}: ${yaml}\n`;
}

describe.each(matchers)('$yaml', ({ yaml, kinds, matcher }) => {
  const sensible = attributes.filter(({ kind }) => kinds.includes(kind));
  const senseless = attributes.filter(({ kind }) => !kinds.includes(kind));

  test(`is understood for ${sensible.length} attributes`, () => {
    for (const { type, attribute, required } of sensible) {
      const [check] = parseChecks(checkOf(type, attribute, required, yaml));
      expect(check?.assertions.at(-1), `${type}.${attribute}`).toEqual({ attribute, matcher });
    }
  });

  test(`is refused, with its line, for ${senseless.length} attributes`, () => {
    for (const { type, attribute, required } of senseless) {
      const problems = problemsIn(checkOf(type, attribute, required, yaml));
      expect(problems, `${type}.${attribute}`).toHaveLength(1);
      expect(problems[0], `${type}.${attribute}`).toMatch(required && required !== attribute ? /^4: / : /^3: /);
    }
  });
});

test('a list is a set of elements for lists, and line patterns for texts', () => {
  const [user, command] = parseChecks(`user: {root: {exists: true, groups: [root, wheel]}}
command: {id: {exit-status: 0, stdout: [root, "!/gid=[1-9]/", 7, True]}}
`);

  expect(user?.assertions[1]?.matcher).toEqual({
    match: 'containElements',
    elements: [
      { match: 'equal', value: 'root' },
      { match: 'equal', value: 'wheel' },
    ],
  });
  expect(command?.assertions.slice(1)).toEqual([
    { attribute: 'stdout', matcher: { match: 'line', text: 'root', negated: false } },
    { attribute: 'stdout', matcher: { match: 'lineRegexp', pattern: 'gid=[1-9]', negated: true } },
    { attribute: 'stdout', matcher: { match: 'line', text: '7', negated: false } },
    { attribute: 'stdout', matcher: { match: 'line', text: 'True', negated: false } },
  ]);
});

test.each([
  ['foo', { match: 'line', text: 'foo', negated: false }],
  ['!foo', { match: 'line', text: 'foo', negated: true }],
  ['\\!foo', { match: 'line', text: 'foo', negated: false }],
  ['/etc/foo', { match: 'line', text: 'etc/foo', negated: false }],
  ['\\Program Files\\x', { match: 'line', text: 'Program Files\\x', negated: false }],
  ['!', { match: 'line', text: '', negated: true }],
  ['/[Gg]oss/', { match: 'lineRegexp', pattern: '[Gg]oss', negated: false }],
  ['!/a\\/b/', { match: 'lineRegexp', pattern: 'a\\/b', negated: true }],
  ['//', { match: 'lineRegexp', pattern: '', negated: false }],
])('the pattern %s is read as goss reads it', (pattern, matcher) => {
  const [check] = parseChecks(JSON.stringify({ file: { '/x': { exists: true, contents: [pattern] } } }));

  expect(check?.assertions[1]?.matcher).toEqual(matcher);
});

test.each([
  ['exists: yes', '3: true or false has to stand here, not "yes"'],
  ['exists: {}', '3: a matcher is missing between { and }'],
  ['exists:', '3: there is no value'],
  ['mode: 0644', '4: "0644" is read differently by different readers of YAML: put it in quotes'],
  ['owner: true', '4: a text cannot be true: put it in quotes'],
  ['owner: [root]', '4: a list cannot be held against a text'],
  ['size: "12 KiB"', '4: a whole number has to stand here, not "12 KiB"'],
  ['size: 1.5', '4: a whole number has to stand here, not "1.5"'],
  ['size: {gt: 1, lt: 5}', '4: one matcher at a time, not "gt, lt": combine them with "and"'],
  ['size: {gt: "1"}', '4: gt needs a number'],
  ['size: {equal: "1"}', '4: equal compares types too, and needs a whole number here'],
  ['size: {have-len: 3}', '4: have-len cannot be held against a whole number'],
  [
    'owner: {match-regexp: "(?=a)"}',
    '4: match-regexp: error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
  ],
  ['owner: {match-regexp: 5}', '4: match-regexp needs a text (in quotes, if it looks like a number)'],
  ['owner: {semver-constraint: ^1.2.3}', '4: semver-constraint: ^1.2.3 is no full version such as 1.2.3'],
  ['owner: {and: []}', '4: and needs a list of matchers'],
  ['contents: [""]', '4: an empty pattern matches everything: leave it out'],
  ['contents: ["/"]', '4: / is no pattern: a regular expression stands between two slashes'],
  ['contents: ["/(/"]', '4: /(/: error parsing regexp: missing closing ): `(`'],
  ['contents: [{a: b}]', '4: a pattern has to be a text'],
  [
    'contents: {contain-elements: []}',
    '4: an empty list holds for everything; for a list without elements say have-len: 0',
  ],
  ['contents: {have-len: -1}', '4: have-len needs a length'],
])('file {%s} is refused: %s', (attribute, problem) => {
  const exists = attribute.startsWith('exists') ? '' : '    exists: true\n';

  expect(problemsIn(`file:\n  /x:\n${exists}    ${attribute}\n`)).toEqual([problem]);
});

test('names the matchers there are when one is misspelled', () => {
  expect(problemsIn('matching:\n  a: {content: 1, matches: {gte: 1}}\n')[0]).toMatch(
    /^2: "gte" is no matcher; there are: equal, .*, gt, ge, .*, not$/,
  );
});

test.each([
  ['{}', 'gjson needs a path of JSON, and what is expected there'],
  ['[a]', 'gjson needs a path of JSON, and what is expected there'],
  [
    '{"a.#(b==1).c": 1}',
    '"a.#(b==1).c" is more than is understood here: keys, indexes, # and @this; \\ before any other sign',
  ],
  [
    '{"a|@reverse": 1}',
    '"a|@reverse" is more than is understood here: keys, indexes, # and @this; \\ before any other sign',
  ],
  ['{"a.*": 1}', '"a.*" is more than is understood here: keys, indexes, # and @this; \\ before any other sign'],
  ['{"a..b": 1}', '"a..b" is more than is understood here: keys, indexes, # and @this; \\ before any other sign'],
])('gjson: %s is refused, since nobody would look there', (yaml, problem) => {
  expect(problemsIn(`matching:\n  a: {content: "1", matches: {gjson: ${yaml}}}\n`)).toEqual([`2: ${problem}`]);
});

test('takes numbers in quotes where a number belongs, as older files have them', () => {
  const [check] = parseChecks('user: {a: {exists: true, uid: "1000"}}');

  expect(check?.assertions[1]).toEqual({ attribute: 'uid', matcher: { match: 'equal', value: 1000 } });
});
