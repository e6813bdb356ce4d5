import { expect, test } from 'vitest';
import { checkTypes } from '../../../../shared/smokeTest/checkFile/checkTypes.ts';
import { parseCheckFile } from '../../../../shared/smokeTest/checkFile/parseCheckFile.ts';
import { fc } from '../../../fastCheck.ts';

const words = [
  ...Object.entries(checkTypes).flatMap(([type, { attributes, settings }]) => [
    type,
    ...Object.keys(attributes),
    ...Object.keys(settings),
  ]),
  ...[
    'gossfile',
    'matching',
    'content',
    'matches',
    'equal',
    'not',
    'and',
    'or',
    'contain-element',
    'have-key',
    'consist-of',
  ],
  ...[
    'meta',
    'known-issue',
    'skip',
    'retry',
    'timeout',
    'a.yaml',
    '*',
    '/re/',
    '!x',
    '0644',
    '{{',
    '<<',
    '__proto__',
    'yes',
  ],
];

/** Texts that look like check files, more or less. */
const yamlLike = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...words,
        ': ',
        '\n',
        '\n  ',
        '\n    ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        ', ',
        '&a ',
        '*a',
        '"',
        "'",
        '|',
        '>',
        '#',
        '?',
        '!',
        '%',
        '~',
        '1',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

/** Data in the form of a check file, with anything for values. */
const shaped = fc
  .dictionary(
    fc.constantFrom(...words),
    fc.dictionary(fc.constantFrom(...words), fc.dictionary(fc.constantFrom(...words), fc.jsonValue({ maxDepth: 3 }))),
  )
  .map((value) => JSON.stringify(value));

function holdsItsPromise(text: string, other: string): void {
  const parsed = parseCheckFile(
    'goss.yaml',
    new Map([
      ['goss.yaml', text],
      ['a.yaml', other],
    ]),
  );
  if (parsed.kind === 'checkFile') {
    expect(parsed.file.checks.length).toBeGreaterThan(0);
    for (const { assertions } of parsed.file.checks) expect(assertions.length).toBeGreaterThan(0);
    return;
  }
  expect(parsed.problems.length).toBeGreaterThan(0);
  for (const { file, line } of parsed.problems) {
    const lines = (file === 'a.yaml' ? other : text).split('\n').length;
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
  }
}

test.each([
  ['any text', fc.string({ unit: 'binary', maxLength: 300 })],
  ['what looks like YAML', yamlLike],
  ['what looks like a check file', shaped],
])('%s is a check file that asserts something, or has problems with their lines; it never throws', (_, text) => {
  fc.assert(fc.property(text, yamlLike, holdsItsPromise), { numRuns: 500 });
});

test('every attribute that is named in the file is asserted, or the file is refused', () => {
  const attribute = fc.constantFrom(...Object.keys(checkTypes.file.attributes).filter((name) => name !== 'exists'));
  fc.assert(
    fc.property(attribute, fc.jsonValue({ maxDepth: 2 }), (name, value) => {
      const text = JSON.stringify({ file: { '/x': { exists: true, [name]: value } } });
      const parsed = parseCheckFile('goss.json', new Map([['goss.json', text]]));
      if (parsed.kind === 'invalid') return;
      const isEmpty = Array.isArray(value) && value.length === 0;
      expect(parsed.file.checks[0]?.assertions.some((assertion) => assertion.attribute === name)).toBe(!isEmpty);
    }),
    { numRuns: 300 },
  );
});
