import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { goPatternToEre } from '../../../../../shared/smokeTest/factScript/posix/goPatternToEre.ts';
import { shellWord } from '../../../../../shared/smokeTest/factScript/posix/shellWord.ts';
import { fc } from '../../../../fastCheck.ts';

/** For each pair, whether `grep -E` finds the pattern in the line. */
function grep(pairs: { ere: string; text: string }[]): boolean[] {
  const script = pairs.map(
    ({ ere, text }) => `printf '%s\\n' ${shellWord(text)} | grep -E -q -e ${shellWord(ere)}; echo $?`,
  );
  const { stdout } = spawnSync('sh', {
    input: script.join('\n'),
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return stdout
    .trim()
    .split('\n')
    .map((status) => status === '0');
}

describe('a pattern of Go as one of grep', () => {
  it.each([
    ['', '', false],
    ['foo.*bar', 'foo.*bar', false],
    ['a.c', 'a.c', true],
    ['^\\d+\\s\\w*$', '^[0-9]+[\t\f\r ][0-9A-Z_a-z]*$', false],
    ['(?:a|b)+?x', '(a|b)+x', false],
    ['(?P<year>\\d{4})', '([0-9]{4})', false],
    ['a{2,3}?', 'a{2,3}', false],
    ['a{,3}', 'a\\{,3}', false],
    ['(?i)get', '[Gg][Ee][Tt]', false],
    ['(?i:k)s', '([Kk])s', true],
    ['a(?i)b|c', 'a[Bb]|[Cc]', false],
    ['\\.\\+\\x41\\x{42}\\103', '\\.\\+ABC', false],
    ['\\Qa.b\\E*', 'a\\.b*', false],
    ['[^a-c]*', '[^abc]*', false],
    ['[^a-d]', '[^a-d]', true],
    ['[\\]\\[\\\\^-]', '[]\\\\[^-]', false],
    ['[[:alpha:]_]', '[A-Z_a-z]', false],
    ['[a\\d-]', '[0-9a-]', false],
    ['é+', '(é)+', false],
    ['\\Astart|end\\z', '^start|end$', false],
    ['(?s-m).+', '.+', false],
  ])('%j is %j', (pattern, ere, asciiOnly) => {
    expect(goPatternToEre(pattern)).toEqual({ ere, asciiOnly });
  });

  it.each(
    [
      '\\bword\\b',
      '\\pL',
      '[[:^alpha:]]',
      '[é]',
      'a\nb',
      '\\n',
      '\\x00',
      '[\\x00-\\x1f]',
      'a|',
      '()',
      '(a',
      'a)',
      '^*',
      'a**',
      'x{300}',
      '(?=a)',
      '\\1',
      '[z-a]',
      '(?i)é',
      '\\C',
      '[a',
      '\\',
      '+',
      '(?',
    ].map((each) => [each]),
  )('%j is left to the judge', (pattern) => {
    expect(goPatternToEre(pattern)).toBeUndefined();
  });

  it('matches the same lines', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '-',
      'é',
      '.',
      '\\d',
      '\\w',
      '\\S',
      '\\.',
      '[ab]',
      '[^a]',
      '[\\]a^-]',
      '[^\\\\b]',
      '[0-9_-]',
      '[.[]',
      'K',
    );
    const { pattern } = fc.letrec<{ pattern: string; sequence: string; piece: string }>((tie) => ({
      pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((all) => all.join('|')),
      sequence: fc.array(tie('piece'), { minLength: 1, maxLength: 4 }).map((all) => all.join('')),
      piece: fc
        .tuple(
          fc.oneof(
            { maxDepth: 2 },
            atom,
            tie('pattern').map((inner) => `(${inner})`),
            tie('pattern').map((inner) => `(?:${inner})`),
          ),
          fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '+?', '*?'),
        )
        .map(([one, repeated]) => one + repeated),
    }));
    const anchored = fc
      .tuple(fc.constantFrom('', '^'), pattern, fc.constantFrom('', '$'))
      .map(([a, b, c]) => (b.includes('|') ? b : a + b + c));
    const ascii = fc.string({ unit: fc.constantFrom(...'ab-._]^\\[1Kx '), maxLength: 6 });
    const any = fc.string({ unit: fc.constantFrom(...'ab-._1é😀'), maxLength: 6 });
    const pairs = fc
      .sample(fc.record({ pattern: anchored, ascii, any }), { numRuns: 600, seed: 20261125 })
      .flatMap((each) => {
        const translated = goPatternToEre(each.pattern);
        if (!translated) throw new Error(`not translated: ${each.pattern}`);
        const { ere, asciiOnly } = translated;
        const texts = asciiOnly ? [each.ascii] : [each.ascii, each.any];
        return texts.map((text) => ({
          pattern: each.pattern,
          ere,
          text,
          expected: new RegExp(each.pattern, 'u').test(text),
        }));
      });

    const found = grep(pairs);

    expect(pairs.filter(({ expected }, index) => found[index] !== expected)).toEqual([]);
  });
});
