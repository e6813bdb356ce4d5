import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Check } from '../../../../shared/smokeTest/checkFile/checkFile.ts';
import { checkTypes } from '../../../../shared/smokeTest/checkFile/checkTypes.ts';
import { fc } from '../../../fastCheck.ts';
import { anything, check, holds, line, lineRegexp, matches } from './checks.ts';
import { askGuest } from './guests.ts';
import { askShell, shells, useShell, type World } from './shells.ts';

const folder = mkdtempSync(join(tmpdir(), 'imprimatur-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pieces of shell, of here-documents, of options; `canary` is a file that must never come to be. */
const pieces = (canary: string) =>
  [
    `'`,
    '"',
    '`',
    '\\',
    '$',
    '$nonce',
    `$(: >${canary})`,
    `\`: >${canary}\``,
    `';: >${canary};'`,
    `"; : >${canary}; "`,
    `\nEND\n: >${canary}\n`,
    `\nEND-\n: >${canary}\n`,
    `\nIMPRIMATUR_LINES\n: >${canary}\n`,
    `|: >${canary}|`,
  ].concat(
    [...`\n\t\r *[]!(){}&|;~#=%x`],
    ['-', '-e', '--', '@', '%s', '{}', 'é', '😀', '\x01', '\u2028', '/', '..', ':'],
  );

interface Hostile {
  word: string;
  expected: string;
}
const hostile = (canary: string) => {
  const text = fc
    .array(fc.constantFrom(...pieces(canary)), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join(''));
  return fc.array(fc.record({ word: text, expected: text }), { minLength: 3, maxLength: 3 });
};

const oneLine = (text: string) => text.replace(/[\r\n]+/g, ' ');
/** What a file cannot be called, and what is longer than 255 bytes. */
const fileName = (text: string) => [...text.replaceAll('/', '_').replace(/^\.*$/, '_')].slice(0, 60).join('');

/** Every type of check, with the word as its key, in each of its settings, and in what is expected of each attribute. */
function checksOf({ word, expected }: Hostile): Check[] {
  const all = Object.entries(checkTypes).filter(([type]) => type !== 'command');
  const found = all.map(([type, { subject, settings, attributes }]) =>
    check(
      type as Check['type'],
      word,
      [
        ...Object.keys(attributes).map((name) => [name, expected] as [string, string]),
        ...Object.keys(attributes).map((name) => [name, line(expected)] as [string, ReturnType<typeof line>]),
        [expected, word],
        [`x\n${word}`, word],
      ],
      {
        timeoutMs: 5_000,
        settings: {
          [subject]: word,
          ...Object.fromEntries(
            Object.entries(settings).map(([name, kind]) => [
              name,
              kind === 'boolean' ? true : kind === 'strings' ? [word, expected] : expected,
            ]),
          ),
          [word]: expected,
        },
      },
    ),
  );
  return [...found, outputCheck(expected)];
}

/** A command that prints the text, which is then looked for. */
function outputCheck(expected: string): Check {
  const exec = `cat <<'X'\n${expected.replaceAll('\r', '')}\nX`;
  return check(
    'command',
    'echo',
    [
      ['stdout', line(expected)],
      ['stdout', lineRegexp(expected)],
      ['stdout', anything],
    ],
    { settings: { exec } },
  );
}

/** What can be told of the output: a line with these is in no line of it, or is read otherwise. */
function expectOutput(expected: string, facts: unknown[] | undefined): void {
  const [found, , value] = facts ?? [];
  expect(value).toEqual(holds(`${expected.replaceAll('\r', '')}\n`));
  if (!['\n', '\r', '\x01'].some((each) => expected.includes(each))) expect(found).toEqual(matches);
}

describe.each(shells)('what a check file holds is data to %s', (shell) => {
  useShell(shell);
  const canary = join(folder, `canary-${shell}`);
  const heard = join(folder, `heard-${shell}`);
  const told = `printf '%s\\0' "$@" >>${heard}`;
  const world: World = {
    programs: {
      systemctl: 'exit 1',
      'dpkg-query': `${told}; exit 1`,
      getent: `${told}; exit 2`,
      dig: told,
      curl: told,
    },
    files: { '/etc/debian_version': '12\n' },
    instead: ['/etc/debian_version'],
  };

  it('in keys, settings, attributes and expectations, whose words arrive as they are', async () => {
    await fc.assert(
      fc.asyncProperty(hostile(canary), async (all) => {
        writeFileSync(heard, '');
        const { facts } = await askShell(shell, all.flatMap(checksOf), world);

        expect(existsSync(canary)).toBe(false);
        const perItem = facts.length / all.length;
        const words = readFileSync(heard, 'utf8').split('\0');
        all.forEach(({ word, expected }, index) => {
          expectOutput(expected, facts[(index + 1) * perItem - 1]);
          // To curl: the address, the body, a header, the password.
          expect(words).toContain(word);
          expect(words).toContain(expected);
          expect(words).toContain(oneLine(word));
          expect(words).toContain(`${expected}:${expected}`);
        });
      }),
      { numRuns: 5 },
    );
  }, 120_000);

  it('in the names of files', async () => {
    // No name can hold a path: the script runs in the root folder.
    const canary = `canary-${shell}-${process.pid}`;
    const texts = hostile(canary).map((all) => all.map(({ word, expected }) => fileName(`${word}${expected}`)));
    await fc.assert(
      fc.asyncProperty(texts, async (names) => {
        for (const name of names) writeFileSync(join(folder, name), name);
        const { facts } = await askShell(
          shell,
          names.map((name) =>
            check(
              'file',
              name,
              [
                ['exists', true],
                ['size', Buffer.byteLength(name)],
                ['contents', anything],
              ],
              {
                settings: { path: join(folder, name) },
              },
            ),
          ),
        );
        for (const name of names) rmSync(join(folder, name), { force: true });

        expect(facts).toEqual(names.map((name) => [matches, matches, holds(name)]));
        expect(existsSync(`/${canary}`)).toBe(false);
      }),
      { numRuns: 5 },
    );
  }, 120_000);
});

describe('what a check file holds is data to a machine of local Azure', () => {
  it('in keys, settings, attributes and expectations', async () => {
    const canary = '/tmp/imprimatur-canary';
    const last = check('file', canary, [['exists', false]]);
    await fc.assert(
      fc.asyncProperty(hostile(canary), async (all) => {
        const { facts } = await askGuest('healthy', [...all.flatMap(checksOf), last]);

        expect(facts.at(-1)).toEqual([matches]);
        const perItem = (facts.length - 1) / all.length;
        all.forEach(({ expected }, index) => {
          expectOutput(expected, facts[(index + 1) * perItem - 1]);
        });
      }),
      { numRuns: 3 },
    );
  }, 120_000);
});
