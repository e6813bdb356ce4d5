import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check, Matcher } from '../../../../../../shared/smokeTest/checkFile/checkFile.ts';
import { checkTypes } from '../../../../../../shared/smokeTest/checkFile/checkTypes.ts';
import { judgeAssertion } from '../../../../../../shared/smokeTest/checkFile/judgeAssertion.ts';
import { check, line } from '../../checks.ts';
import { askGuest } from '../../guests.ts';
import { askShell, find, shells, useShell, type World } from '../../shells.ts';

type Type = keyof typeof checkTypes;
type Expected = Matcher | string | number | boolean;
/** What is looked at, an expectation that holds, one that does not, settings. */
type Row = [id: string, holds: Expected, fails: Expected, settings?: Check['settings']];
/** For each attribute some rows; for a boolean, one of a thing where it is true and one where it is false. */
type Table = { [T in Type]?: Record<string, Row[]> };

const has = (text: string): Matcher => ({ match: 'containElement', element: { match: 'equal', value: text } });
const yes = (id: string, settings: Check['settings'] = {}): Row => [id, true, false, settings];
const no = (id: string, settings: Check['settings'] = {}): Row => [id, false, true, settings];
const between = (low: number, high: number): Matcher => ({
  match: 'and',
  matchers: [
    { match: 'ge', than: low },
    { match: 'le', than: high },
  ],
});

const folder = mkdtempSync(join(tmpdir(), 'imprimatur-attributes-'));
const file = join(folder, 'file');
const link = join(folder, 'link');
const content = 'first line\nsecond line\n';
const digest = (name: string) => createHash(name).update(content).digest('hex');
const server: Server = createServer((_, response) => response.end('welcome\n'));
let port = 0;
beforeAll(async () => {
  writeFileSync(file, content, { mode: 0o640 });
  symlinkSync(file, link);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** A machine with systemd and dpkg, on which what can be is looked at for real: sockets, files, the kernel. */
const world: World = {
  with: ['bash', 'curl', 'ip'],
  files: {
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/srv/web:/bin/false\n',
    '/etc/debian_version': '12.7\n',
    '/etc/group': 'root:x:0:\nweb:x:34:\nadm:x:4:web\n',
  },
  instead: ['/etc/passwd', '/etc/group', '/etc/debian_version'],
  programs: {
    systemctl: `case "$*" in
      is-system-running) echo running ;;
      "-q is-enabled good" | "-q is-active good") exit 0 ;;
      *) exit 3 ;;
    esac`,
    'dpkg-query': '[ "$4" = nginx ] && echo "install ok installed 1.24.0"',
    getent: '[ "$2" = web.test ] && echo "10.0.0.9 STREAM web.test" || exit 2',
  },
};
const comm = readFileSync('/proc/self/comm', 'utf8').trimEnd();

/** Rows are made when the ports are known. */
const onMachine = (): Table => ({
  addr: { reachable: [yes(`tcp://127.0.0.1:${port}`), no('tcp://127.0.0.1:1')] },
  command: {
    'exit-status': [['exit 3', 3, 0]],
    stdout: [['echo out; echo err >&2', line('out'), line('err')]],
    stderr: [['echo out; echo err >&2', line('err'), line('out')]],
  },
  dns: { resolvable: [yes('web.test'), no('none.test')], addrs: [['web.test', has('10.0.0.9'), has('10.0.0.8')]] },
  file: {
    exists: [yes(file), no(`${file}s`)],
    mode: [[file, '0640', '0644']],
    size: [[file, content.length, 1]],
    owner: [[file, 'root', 'web']],
    uid: [[file, process.getuid?.() ?? 0, 33]],
    group: [[file, 'root', 'web']],
    gid: [[file, process.getgid?.() ?? 0, 34]],
    filetype: [[file, 'file', 'directory']],
    'linked-to': [[link, file, link]],
    contents: [[file, line('second'), line('third')]],
    md5: [[file, digest('md5'), digest('sha1')]],
    sha256: [[file, digest('sha256'), digest('sha1')]],
    sha512: [[file, digest('sha512'), digest('sha1')]],
  },
  group: { exists: [yes('adm'), no('none')], gid: [['adm', 4, 5]] },
  http: {
    status: [[`http://127.0.0.1:${port}/`, 200, 404]],
    headers: [[`http://127.0.0.1:${port}/`, line('Content-Length: 8'), line('welcome')]],
    body: [[`http://127.0.0.1:${port}/`, line('welcome'), line('Content-Length')]],
  },
  interface: {
    exists: [yes('lo'), no('none0')],
    addrs: [['lo', has('127.0.0.1/8'), has('10.0.0.4/24')]],
    mtu: [['lo', 65_536, 1_500]],
  },
  'kernel-param': { value: [['kernel.ostype', 'Linux', 'Windows']] },
  mount: {
    exists: [yes('/proc'), no('/proc/none')],
    opts: [['/proc', has('rw'), has('ro')]],
    'vfs-opts': [['/proc', has('rw'), has('ro')]],
    source: [['/proc', 'proc', '/dev/sda1']],
    filesystem: [['/proc', 'proc', 'ext4']],
    usage: [['/', between(0, 100), between(101, 102)]],
  },
  package: { installed: [yes('nginx'), no('none')], versions: [['nginx', has('1.24.0'), has('1.25.0')]] },
  port: {
    listening: [yes(`tcp:${port}`), no('tcp:1')],
    ip: [[`tcp:${port}`, has('127.0.0.1'), has('0.0.0.0')]],
  },
  process: { running: [yes(comm), no('no-such-process')] },
  service: { enabled: [yes('good'), no('none')], running: [yes('good'), no('none')] },
  user: {
    exists: [yes('web'), no('none')],
    uid: [['web', 33, 0]],
    gid: [['web', 34, 0]],
    groups: [['web', has('adm'), has('root')]],
    home: [['web', '/srv/web', '/root']],
    shell: [['web', '/bin/false', '/bin/sh']],
  },
});

const openRc: World = {
  files: { '/etc/init.d/nginx': '', '/etc/runlevels/default/nginx': '' },
  instead: ['/etc/', '/run/'],
  programs: { 'rc-service': 'true' },
};
const onOpenRc: Table = { service: { runlevels: [['nginx', has('default'), has('boot')]] } };

const inGuest: Table = {
  addr: { reachable: [yes('tcp://localhost:22'), no('tcp://localhost:23'), no('tcp://db.internal:5432')] },
  command: {
    'exit-status': [['exit 3', 3, 0]],
    stdout: [['echo out; echo err >&2', line('out'), line('err')]],
    stderr: [['echo out; echo err >&2', line('err'), line('out')]],
  },
  dns: {
    resolvable: [
      yes('localhost'),
      no('example.org'),
      yes('A:localhost', { server: '127.0.0.53' }),
      no('AAAA:localhost', { server: '127.0.0.53' }),
    ],
    addrs: [
      ['localhost', has('127.0.0.1'), has('10.0.0.4')],
      ['localhost', has('127.0.0.1'), has('10.0.0.4'), { server: '127.0.0.53' }],
    ],
  },
  file: {
    exists: [yes('/etc/passwd'), no('/etc/none')],
    mode: [['/etc/passwd', '0644', '0600']],
    size: [['/etc/hostname', 'smoke1\n'.length, 1]],
    owner: [['/etc/passwd', 'root', 'www-data']],
    uid: [['/etc/passwd', 0, 33]],
    group: [['/etc/passwd', 'root', 'www-data']],
    gid: [['/etc/passwd', 0, 33]],
    filetype: [['/etc', 'directory', 'file']],
    'linked-to': [['/tmp/link', '/etc/hostname', '/etc/hosts']],
    contents: [['/etc/hostname', line('smoke1'), line('smoke2')]],
    ...Object.fromEntries(
      ['md5', 'sha256', 'sha512'].map((name): [string, Row[]] => [
        name,
        [['/etc/hostname', createHash(name).update('smoke1\n').digest('hex'), digest(name)]],
      ]),
    ),
  },
  group: { exists: [yes('www-data'), no('none')], gid: [['www-data', 33, 34]] },
  http: {
    status: [['http://localhost/', 200, 404]],
    headers: [['http://localhost/', line('Content-Length: 114'), line('Welcome')]],
    body: [['http://localhost/', line('Welcome to nginx!'), line('Content-Length')]],
  },
  interface: {
    exists: [yes('eth0'), no('eth1')],
    addrs: [['eth0', has('10.0.0.4/24'), has('127.0.0.1/8')]],
    mtu: [['eth0', 1_500, 65_536]],
  },
  'kernel-param': {
    value: [
      ['net.ipv4.ip_forward', 0, 1],
      ['kernel.ostype', 'Linux', 'Windows'],
    ],
  },
  mount: {
    exists: [yes('/boot/efi'), no('/data')],
    opts: [['/run', has('nosuid'), has('noexec')]],
    'vfs-opts': [['/', has('errors=remount-ro'), has('nosuid')]],
    source: [['/', '/dev/root', '/dev/sda1']],
    filesystem: [['/boot/efi', 'vfat', 'ext4']],
    usage: [['/', 7, 8]],
  },
  package: {
    installed: [yes('nginx'), no('apache2')],
    versions: [['nginx', has('1.24.0-2ubuntu7.5'), has('1.25.0')]],
  },
  port: { listening: [yes('tcp:80'), no('tcp:81')], ip: [['tcp:80', has('0.0.0.0'), has('127.0.0.1')]] },
  process: { running: [yes('nginx'), no('apache2')] },
  service: { enabled: [yes('nginx'), no('apache2')], running: [yes('nginx'), no('apache2')] },
  user: {
    exists: [yes('www-data'), no('none')],
    uid: [['www-data', 33, 0]],
    gid: [['www-data', 33, 0]],
    groups: [['www-data', has('www-data'), has('root')]],
    home: [['www-data', '/var/www', '/root']],
    shell: [['www-data', '/usr/sbin/nologin', '/bin/sh']],
  },
};

/** What cannot be shown there, and why. */
const exceptions: Record<'shells' | 'guest', Record<string, string>> = {
  shells: {},
  guest: { 'service runlevels': 'the simulated guest runs systemd, which has no runlevels' },
};

const checksOf = (table: Table): Check[] =>
  Object.entries(table).flatMap(([type, attributes]) =>
    Object.entries(attributes).flatMap(([attribute, rows]) =>
      rows.map(([id, holds, fails, settings = {}]) =>
        check(
          type as Type,
          id,
          [
            [attribute, holds],
            [attribute, fails],
          ],
          { settings: { [checkTypes[type as Type].subject]: id, ...settings } },
        ),
      ),
    ),
  );

/** Of each check: its attribute, and what became of the two assertions. */
function outcomes(checks: Check[], { facts }: { facts: Awaited<ReturnType<typeof askShell>>['facts'] }): string[] {
  return checks.map(({ type, id, assertions }, index) => {
    const attributes: Record<string, (typeof checkTypes)[Type]['attributes'][string]> =
      checkTypes[type as Type].attributes;
    const judged = assertions.map((assertion, each) =>
      judgeAssertion(
        assertion,
        facts[index]?.[each] ?? { kind: 'unknown', reason: 'no answer' },
        attributes[assertion.attribute] ?? 'string',
      ),
    );
    return `${type} ${id} ${assertions[0]?.attribute}: ${judged.map(({ outcome }) => outcome).join(', ')}`;
  });
}

const asTheyShould = (checks: Check[]) =>
  checks.map(({ type, id, assertions }) => `${type} ${id} ${assertions[0]?.attribute}: holds, fails`);

describe.each([
  ['shells', () => [onMachine(), onOpenRc]],
  ['guest', () => [inGuest]],
] as const)('the table of attributes for the %s', (where, tables) => {
  const all = Object.entries(checkTypes).flatMap(([type, { attributes }]) =>
    Object.entries(attributes).map(([attribute, kind]) => ({ type: type as Type, attribute, kind })),
  );

  it.each(all)('has $type $attribute, where it holds and where it does not', ({ type, attribute, kind }) => {
    const rows = tables().flatMap((table) => (table as Table)[type]?.[attribute] ?? []);
    const excused = exceptions[where][`${type} ${attribute}`];

    expect(rows.length > 0, excused).toBe(excused === undefined);
    if (kind === 'boolean') expect(new Set(rows.map(([, holds]) => holds))).toEqual(new Set([true, false]));
  });
});

describe.each(shells)('asked by %s', (shell) => {
  useShell(shell);

  it('every attribute holds, and does not hold', async (context) => {
    const missing = (world.with ?? []).filter((program) => !world.programs?.[program] && !find(program));
    if (missing.length > 0) context.skip(`not installed on this machine: ${missing.join(', ')}`);
    const checks = checksOf(onMachine());

    expect(outcomes(checks, await askShell(shell, checks, world))).toEqual(asTheyShould(checks));
    const more = checksOf(onOpenRc);
    expect(outcomes(more, await askShell(shell, more, openRc))).toEqual(asTheyShould(more));
  });
});

describe('asked in a machine of local Azure', () => {
  it('every attribute holds, and does not hold', async () => {
    const checks = [check('command', 'ln -s /etc/hostname /tmp/link', [['exit-status', 0]]), ...checksOf(inGuest)];
    const answer = await askGuest('healthy', checks);

    expect(outcomes(checks.slice(1), { facts: answer.facts.slice(1) })).toEqual(asTheyShould(checks.slice(1)));
  });
});
