import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Check, GuestFact } from '../../../../../shared/smokeTest/checkFile/checkFile.ts';
import { compilePowerShellScript } from '../../../../../shared/smokeTest/factScript/powershell/compilePowerShellScript.ts';
import { check, equal, line, lineRegexp } from './checks.ts';
import { powerShell, runPowerShell } from './runPowerShell.ts';

const nonce = 'c0ffee';
const kinds: Record<string, GuestFact['kind']> = {
  '=': 'matches',
  '!': 'differs',
  v: 'value',
  '?': 'unknown',
  t: 'unknown',
};

async function kindsOf(...checks: Check[]): Promise<(GuestFact['kind'] | undefined)[]> {
  const output = await runPowerShell(compilePowerShellScript(checks, { nonce }));
  expect(output).toMatch(/\nimprimatur-end c0ffee \d+$/);
  const statuses = /^s (.*)$/m.exec(output)?.[1] ?? '';
  return [...statuses].map((status) => kinds[status]);
}

beforeEach((context) => {
  context.skip(!powerShell, 'no PowerShell here: not executed');
});

describe('on any system', () => {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-'));
  const text = "first line\nit's $env:Path ’; exit 1 #\nlast ü\n";
  const file = join(folder, "it's ’$(exit 1)’ [a].txt");
  const server = createServer((_, response) =>
    response.writeHead(404, { 'x-name': 'imprimatur' }).end('no such page\n'),
  );
  let port = 0;
  beforeAll(async () => {
    writeFileSync(file, text);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  test('a file with a hostile name is compared by size, type, hash and lines', async () => {
    const facts = [
      ...[equal('exists', true), equal('exists', false)],
      ...[equal('size', Buffer.byteLength(text)), equal('size', 1)],
      ...[equal('filetype', 'file'), equal('filetype', 'directory')],
      equal('sha256', createHash('sha256').update(text).digest('hex')),
      ...[line('contents', '$env:Path ’; exit 1 #'), line('contents', 'absent'), line('contents', 'absent', true)],
      ...[lineRegexp('contents', '^first.line$'), lineRegexp('contents', '^absent$'), lineRegexp('contents', '\\pL')],
    ];
    expect(await kindsOf(check('file', { path: file }, ...facts))).toEqual([
      ...['matches', 'differs', 'matches', 'differs', 'matches', 'differs', 'matches'],
      ...['matches', 'differs', 'matches', 'matches', 'value', 'value'],
    ]);
  });

  test('a file that is not there has nothing that could match', async () => {
    const missing = check(
      'file',
      { path: join(folder, 'none') },
      equal('exists', false),
      equal('size', 0),
      line('contents', 'a', true),
    );
    expect(await kindsOf(missing)).toEqual(['matches', 'differs', 'differs']);
  });

  test('a web server answers, and a closed port does not', async () => {
    expect(
      await kindsOf(
        check(
          'http',
          { url: `http://127.0.0.1:${port}/` },
          equal('status', 404),
          line('headers', 'imprimatur'),
          line('body', 'such'),
        ),
        check('http', { url: 'http://127.0.0.1:1/' }, equal('status', 200)),
        check('addr', { address: `tcp://127.0.0.1:${port}` }, equal('reachable', true)),
        check('addr', { address: 'tcp://127.0.0.1:1' }, equal('reachable', false)),
        check('port', { port: `tcp:${port}` }, equal('listening', true)),
        check('port', { port: 'tcp:1' }, equal('listening', false)),
      ),
    ).toEqual(['matches', 'matches', 'matches', 'differs', 'matches', 'matches', 'matches', 'matches']);
  });

  test('processes and host names are found, or not', async () => {
    expect(
      await kindsOf(
        check('process', { comm: 'node' }, equal('running', true)),
        check('process', { comm: 'no such process' }, equal('running', false)),
        check('dns', { resolve: 'localhost' }, equal('resolvable', true)),
        check('dns', { resolve: 'no-such-host.invalid' }, equal('resolvable', false)),
      ),
    ).toEqual(['matches', 'matches', 'matches', 'matches']);
  });

  test('2,500 assertions fill at most the last 4,096 bytes', async () => {
    const many = check('file', { path: file }, ...Array.from({ length: 2_500 }, () => equal('size', 1)));
    const output = await runPowerShell(compilePowerShellScript([many], { nonce }));
    expect(output.length - output.indexOf('imprimatur-begin c0ffee')).toBeLessThan(4_000);
    expect(output).toMatch(/\ncut \d+\nimprimatur-end c0ffee 2500$/);
  });
});

describe('on Windows', () => {
  beforeEach((context) => {
    context.skip(process.platform !== 'win32', 'not Windows: not executed');
  });

  test('a command is judged by its status and output, and ended when it takes too long', async () => {
    expect(
      await kindsOf(
        check(
          'command',
          { exec: 'echo "a & b"& exit 3' },
          equal('exit-status', 3),
          line('stdout', '"a & b"'),
          line('stderr', 'a'),
        ),
        { ...check('command', { exec: 'ping -n 60 127.0.0.1' }, equal('exit-status', 0)), timeoutMs: 500 },
        check('command', { exec: 'echo after' }, line('stdout', 'after')),
      ),
    ).toEqual(['matches', 'matches', 'differs', 'unknown', 'matches']);
  });

  test('services, accounts, groups, packages and interfaces are found, or not', async () => {
    expect(
      await kindsOf(
        check('service', { name: 'EventLog' }, equal('running', true), equal('enabled', true)),
        check('service', { name: 'no*such' }, equal('running', false), equal('enabled', false)),
        check('user', { username: 'Guest' }, equal('exists', true)),
        check('user', { username: "no'such" }, equal('exists', false), equal('home', 'a')),
        check('group', { groupname: 'Users' }, equal('exists', true)),
        check('group', { groupname: '*' }, equal('exists', false)),
        check('package', { name: 'no such program' }, equal('installed', false)),
        check('interface', { name: 'no such interface' }, equal('exists', false), equal('mtu', 1_500)),
      ),
    ).toEqual([
      ...['matches', 'matches', 'matches', 'matches', 'matches', 'matches', 'differs'],
      ...['matches', 'matches', 'matches', 'matches', 'differs'],
    ]);
  });

  test('nothing is looked at while the machine has the boot it had before', async () => {
    const boot = /^boot (\S+) /m.exec(await runPowerShell(compilePowerShellScript([], { nonce })))?.[1] ?? '';
    expect(boot).toMatch(/^[0-9a-f]+$/);
    expect(await runPowerShell(compilePowerShellScript([], { nonce, previousBootId: boot }))).toBe(
      'imprimatur-begin c0ffee\nsame-boot\nimprimatur-end c0ffee 0',
    );
  });
});
