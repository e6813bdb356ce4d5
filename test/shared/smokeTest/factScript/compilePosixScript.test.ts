import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compilePosixScript } from '../../../../shared/smokeTest/factScript/compilePosixScript.ts';
import { readAnswer } from '../../../../shared/smokeTest/factScript/readAnswer.ts';
import { anything, check, differs, holds, line, lineRegexp, matches } from './checks.ts';
import { askShell, runInShell, shells, useShell } from './shells.ts';

const folder = mkdtempSync(join(tmpdir(), 'imprimatur-script-'));
afterAll(() => rmSync(folder, { recursive: true }));
const timedOut = { kind: 'unknown', reason: 'timed out' };
const compactOf = (stdout: string) => stdout.slice(stdout.indexOf('imprimatur-begin'));

describe('the POSIX script', () => {
  it('refuses more assertions than can be answered, and a nonce of another form', () => {
    const many = Array.from({ length: 2_501 }, () => ['exists', true] as [string, boolean]);

    expect(() => compilePosixScript([check('file', '/', many)], { nonce: 'n1' })).toThrow(RangeError);
    expect(() => compilePosixScript([], { nonce: 'a b' })).toThrow(RangeError);
    expect(() => compilePosixScript([], { nonce: '' })).toThrow(RangeError);
  });

  it('holds the looks that its checks need, no others, and nothing that only a reader needs', () => {
    const checks = ['a', 'b'].map((name) => check('group', name, [['exists', true]]));
    const script = compilePosixScript([...checks, check('file', '/etc', [['exists', true]], { skip: true })], {
      nonce: 'n1',
    });

    expect(script.match(/look-\w+"/g)).toEqual(['look-group"']);
    expect(script.match(/^(\s|#(?!!\/bin\/sh)).*$/gm)).toBeNull();
  });
});

describe.each(shells)('the POSIX script run by %s', (shell) => {
  useShell(shell);

  it('tells the boot, and does nothing when it is still the old one', async () => {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const ran = join(folder, `ran-${shell}`);
    const checks = [check('command', `: >${ran}`, [['exit-status', 0]])];
    const systemctl = `[ "$*" = 'show -p FinishTimestampMonotonic' ] && echo FinishTimestampMonotonic=12345678`;
    const run = (previousBootId: string) =>
      runInShell(shell, compilePosixScript(checks, { nonce: 'n1', previousBootId }), { programs: { systemctl } });

    const same = await run(bootId);
    expect(same).toEqual({ stdout: 'imprimatur-begin n1\nsame-boot\nimprimatur-end n1 0\n', stderr: '', status: 0 });
    expect(existsSync(ran)).toBe(false);
    const other = await run(`${bootId}'$(: >${join(folder, 'canary')})`);
    expect(readAnswer(checks, 'n1', other.stdout)).toMatchObject({
      kind: 'complete',
      boot: { id: bootId, readyMs: 12_345 },
      facts: [[matches]],
    });
    expect(existsSync(join(folder, 'canary'))).toBe(false);
  });

  it('leaves no file behind', async () => {
    const { stdout } = await runInShell(
      shell,
      compilePosixScript([check('command', 'echo "$TMPDIR"', [['stdout', anything]])], { nonce: 'n1' }),
    );
    const temp = decodeURIComponent(/f 1\.1 v s(\S+)%0A/.exec(stdout)?.[1] ?? '');

    expect(readdirSync(temp)).toEqual([]);
  });

  it.concurrent.each([['timeout'], []])(
    'survives a check that hangs, floods or kills its own group, without %s',
    async (...without) => {
      const checks = [
        check(
          'command',
          'sleep 60',
          [
            ['exit-status', 0],
            ['stdout', line('', true)],
          ],
          { timeoutMs: 1_000 },
        ),
        check('command', "trap '' TERM; while :; do sleep 1; done", [['exit-status', 0]], { timeoutMs: 900 }),
        check('command', 'while :; do echo "$0 $0 $0 $0"; done', [['stdout', line('sh')]], { timeoutMs: 1_000 }),
        check('command', 'while :; do echo flood >&2; done', [['stderr', line('flood')]], { timeoutMs: 1_000 }),
        check('command', 'kill -9 0', [['exit-status', 0]]),
        check('command', 'kill -9 $PPID; sleep 0.1', [['exit-status', 0]]),
        check('command', 'exec >&- 2>&-; exit 7', [['exit-status', 7]]),
        check('command', 'cat; exit 5', [['exit-status', 5]]),
      ];
      const { facts } = await askShell(shell, checks, { without });

      expect(facts.slice(0, 4)).toEqual([[timedOut, timedOut], [timedOut], [timedOut], [timedOut]]);
      expect(facts[4]?.[0]?.kind).not.toBe('matches');
      expect(facts[5]?.[0]?.kind).not.toBe('matches');
      expect(facts.slice(6)).toEqual([[matches], [matches]]);
    },
  );

  it.concurrent('tries again while a comparison does not hold', async () => {
    const counting = (name: string) =>
      `echo x >>${join(folder, `${shell}-${name}`)}; wc -l <${join(folder, `${shell}-${name}`)}`;
    const { facts, tries } = await askShell(shell, [
      check(
        'command',
        counting('a'),
        [
          ['stdout', lineRegexp('^ *2$')],
          ['stdout', anything],
        ],
        { retries: 3 },
      ),
      check('command', counting('b'), [['stdout', line('never')]], { retries: 1 }),
      check('command', counting('c'), [['stdout', line('never')]]),
    ]);

    expect(tries).toEqual([2, 2, 1]);
    expect(facts.map(([fact]) => fact)).toEqual([matches, differs, differs]);
  });

  it('tells bytes of any kind, and the beginning of what is long', async () => {
    const { facts } = await askShell(shell, [
      check('command', `printf 'a\\000b\\377\\n'`, [
        ['stdout', anything],
        ['stdout', line('a')],
        ['stdout', lineRegexp('^a.b')],
      ]),
      check('command', `awk 'BEGIN { for (i = 0; i < 7000; i++) print "0123456789"; print "the end" }'`, [
        ['stdout', anything],
        ['stdout', line('the end')],
      ]),
    ]);

    expect(facts[0]).toEqual([holds('a\0b\ufffd\n'), matches, { kind: 'value', value: 'a\0b\ufffd\n', cut: false }]);
    expect(facts[1]?.[0]).toEqual({ kind: 'value', value: '0123456789\n'.repeat(7000).slice(0, 65_536), cut: true });
    expect(facts[1]?.[1]).toEqual(matches);
  });

  it('keeps the compact section within 4,000 bytes, whatever it has to tell', async () => {
    const programs = { nc: 'exit 1' };
    const long = 'x'.repeat(300);
    const three = Array.from({ length: 300 }, (_, index) => check('file', `/${long}${index}`, [['exists', true]]));
    const many = Array.from({ length: 125 }, () =>
      check(
        'file',
        '/etc/passwd',
        Array.from({ length: 20 }, () => ['size', 'nothing like it'] as [string, string]),
      ),
    );
    for (const checks of [three, many]) {
      const { stdout } = await runInShell(shell, compilePosixScript(checks, { nonce: 'n'.repeat(64) }), { programs });
      const compact = compactOf(stdout);

      expect(compact.length).toBeLessThanOrEqual(4_000);
      expect(compact.length).toBeGreaterThan(3_800);
      const answer = readAnswer(checks, 'n'.repeat(64), stdout.slice(-4096));
      expect(answer).toMatchObject({ kind: 'complete' });
      const shown = compact.split('\n').filter((each) => each.startsWith('d ')).length;
      expect(answer.kind === 'complete' && answer.cut + shown).toBe(checks === three ? 300 : 2_500);
    }
  }, 120_000);
});
