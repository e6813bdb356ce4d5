import { describe, expect, test } from 'vitest';
import { compilePowerShellScript } from '../../../../../shared/smokeTest/factScript/powershell/compilePowerShellScript.ts';
import { fc } from '../../../../fastCheck.ts';
import { check, equal, line, lineRegexp } from './checks.ts';
import { hostileFiles } from './hostileChecks.ts';
import { literals, parsePowerShell, withoutLiterals } from './parsePowerShell.ts';

const nonce = 'c0ffee';

/** The script defines its functions first, then calls them with what the file holds. */
function parts(script: string): { functions: string; calls: string } {
  const start = script.indexOf('\n$nonce = ');
  return { functions: script.slice(0, start), calls: script.slice(start) };
}

function calls(script: string): string[] {
  return script.split('\n').filter((text) => /^(Test|Skip)-Check /.test(text));
}

describe('whatever a check file holds', () => {
  test('the script parses, and holds nothing beyond ASCII', () => {
    fc.assert(
      fc.property(hostileFiles, ({ hostile }) => {
        const script = compilePowerShellScript(hostile, { nonce });
        expect(script).toMatch(/^[\n\x20-\x7e]*$/);
        expect(parsePowerShell(script).hasError).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('the script has the same code as that of a harmless file: only its literals differ', () => {
    fc.assert(
      fc.property(hostileFiles, ({ hostile, harmless }) => {
        const [left, right] = [hostile, harmless].map((checks) => parts(compilePowerShellScript(checks, { nonce })));
        expect(left?.functions).toBe(right?.functions);
        expect(withoutLiterals(left?.calls ?? '')).toBe(withoutLiterals(right?.calls ?? ''));
      }),
      { numRuns: 60 },
    );
  });

  test('what is asked reaches the guest unchanged', () => {
    fc.assert(
      fc.property(hostileFiles, ({ texts, hostile }) => {
        const sent = literals(parts(compilePowerShellScript(hostile, { nonce })).calls);
        for (const text of texts) expect(sent).toContain(text.toWellFormed());
      }),
      { numRuns: 60 },
    );
  });
});

test('checks are numbered in the order of the file, without those skipped and those the guest is not asked about', () => {
  const file = { path: 'C:\\a' };
  const script = compilePowerShellScript(
    [
      check('file', file, equal('exists', true)),
      { ...check('file', file, equal('exists', true)), skip: true },
      check('matching', {}, equal('content', 'a')),
      check('mount', { mountpoint: 'C:\\' }, equal('exists', true), equal('source', 'a')),
      { ...check('service', { name: 'WinRM' }, equal('running', true)), timeoutMs: 1_500, retries: 3 },
    ],
    { nonce },
  );
  expect(calls(script)).toEqual([
    "Test-Check 1 'Get-FileFacts' 5000 0 @{ 'path' = 'C:\\a' } @(",
    'Skip-Check 2 2',
    "Test-Check 3 'Get-ServiceFacts' 1500 3 @{ 'name' = 'WinRM' } @(",
  ]);
});

test('an attribute that Windows does not have is asked as unknown, and the others of its check are told', () => {
  const script = compilePowerShellScript([check('file', { path: 'a' }, equal('mode', '0644'), equal('exists', true))], {
    nonce,
  });
  expect(script).toContain("@(\n    @{},\n    @{ attribute = 'exists'; compare = 'equal'; expected = $true }\n)");
});

test('a setting that cannot be honoured leaves the whole check unknown', () => {
  const script = compilePowerShellScript(
    [check('http', { url: 'https://localhost', 'ca-file': 'C:\\ca.pem' }, equal('status', 200))],
    { nonce },
  );
  expect(calls(script)).toEqual(['Skip-Check 1 1']);
});

test('a command of several lines is never run: cmd would run the first and say nothing of the rest', () => {
  const script = compilePowerShellScript([check('command', { exec: 'echo a\nexit 1' }, equal('exit-status', 0))], {
    nonce,
  });
  expect(calls(script)).toEqual(['Skip-Check 1 1']);
});

test('scalars, fixed lines and the patterns that .NET reads alike are compared in the guest, all else is sent back', () => {
  const script = compilePowerShellScript(
    [
      check(
        'file',
        { path: 'a' },
        equal('size', 12),
        line('contents', "it's", true),
        line('contents', 'two\nlines'),
        lineRegexp('contents', '^a$'),
        lineRegexp('contents', '\\pL'),
        { attribute: 'size', matcher: { match: 'gt', than: 1 } },
        equal('size', 1.5),
      ),
    ],
    { nonce },
  );
  expect(script.match(/^ {4}@\{ attribute.*\}/gm)).toEqual([
    "    @{ attribute = 'size'; compare = 'equal'; expected = 12 }",
    "    @{ attribute = 'contents'; compare = 'line'; expected = 'it''s'; negated = $true }",
    "    @{ attribute = 'contents'; compare = 'value' }",
    "    @{ attribute = 'contents'; compare = 'pattern'; expected = '\\Aa\\z'; negated = $false }",
    "    @{ attribute = 'contents'; compare = 'value' }",
    "    @{ attribute = 'size'; compare = 'value' }",
    "    @{ attribute = 'size'; compare = 'value' }",
  ]);
});

test('only the looks that are needed are sent', () => {
  const script = compilePowerShellScript([check('service', { name: 'a' }, equal('running', true))], { nonce });
  expect(script).toContain('function Get-ServiceFacts');
  expect(script).not.toContain('function Get-FileFacts');
});

test('the boot identity to be left behind is compared before anything else is looked at', () => {
  const script = compilePowerShellScript([check('service', { name: 'a' }, equal('running', true))], {
    nonce,
    previousBootId: '8dc1',
  });
  expect(script).toContain("$previousBootId = '8dc1'");
  expect(script.indexOf("'same-boot'")).toBeLessThan(script.indexOf('\nTest-Check 1 '));
});

test('the statuses of 2,500 assertions always fit, so one more is refused; and so is a nonce that is no single word', () => {
  const full = check('file', { path: 'a' }, ...Array.from({ length: 2_500 }, () => equal('exists', true)));
  const compact = [
    `imprimatur-begin ${'n'.repeat(64)}`,
    `boot ${'b'.repeat(64)} - 1${'0'.repeat(11)}`,
    `s ${'='.repeat(2_500)}`,
  ];
  const foot = ['cut 99999', `imprimatur-end ${'n'.repeat(64)} 2500`];
  expect([...compact, ...foot, ''].join('\n').length).toBeLessThan(4_000);
  expect(calls(compilePowerShellScript([full], { nonce }))).toHaveLength(1);
  const tooMany = [full, check('file', { path: 'b' }, equal('exists', true))];
  expect(() => compilePowerShellScript(tooMany, { nonce })).toThrow('2501 assertions; at most 2500 can be answered');
  expect(() => compilePowerShellScript([], { nonce: "a' b" })).toThrow(RangeError);
});

test('a check without assertions keeps its number and is not looked at', () => {
  const script = compilePowerShellScript(
    [check('file', { path: 'a' }), check('service', { name: 'b' }, equal('running', true))],
    { nonce },
  );
  expect(calls(script)).toEqual(['Skip-Check 1 0', "Test-Check 2 'Get-ServiceFacts' 5000 0 @{ 'name' = 'b' } @("]);
});
