import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anything, check, differs, holds, line, lineRegexp, matches, unknown } from '../../checks.ts';
import { askGuest } from '../../guests.ts';
import { askShell, find, shells, useShell } from '../../shells.ts';

const folder = mkdtempSync(join(tmpdir(), 'imprimatur looks-'));
const content = 'first line\nsecond=2\r\nZürich\n';
const digest = (name: string) => createHash(name).update(content).digest('hex');
beforeAll(() => {
  writeFileSync(join(folder, 'a file'), content, { mode: 0o640 });
  writeFileSync(join(folder, 'new\nline'), 'x');
  mkdirSync(join(folder, '-rf'), { mode: 0o755 });
  symlinkSync('/nowhere/at all', join(folder, 'dangling'));
  symlinkSync(join(folder, 'a file'), join(folder, 'link'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Debian builds it so; Alpine does not. */
const ownTools = 'this busybox takes its own tools before those on PATH';

describe.each(shells)('looked at by %s', (shell) => {
  useShell(shell);
  const ask = (...[checks, world]: [Parameters<typeof askShell>[1], Parameters<typeof askShell>[2]?]) =>
    askShell(shell, checks, world).then(({ facts }) => facts);

  it('a file has a mode, size, owner, type and checksums', async () => {
    const expected: [string, string | number | boolean][] = [
      ['exists', true],
      ['mode', '0640'],
      ['size', content.length + 1],
      ['uid', process.getuid?.() ?? 0],
      ['filetype', 'file'],
      ['md5', digest('md5')],
      ['sha256', digest('sha256')],
      ['sha512', digest('sha512')],
    ];
    const wrong: [string, string | number | boolean][] = [
      ['exists', false],
      ['mode', '640'],
      ['size', 1],
      ['uid', 4711],
      ['owner', 'nobody-here'],
      ['group', 'nobody-here'],
      ['filetype', 'directory'],
      ['md5', digest('sha256')],
      ['linked-to', '/nowhere'],
    ];
    const facts = await ask([check('file', join(folder, 'a file'), [...expected, ...wrong])]);

    expect(facts).toEqual([[...expected.map(() => matches), ...wrong.map(() => differs)]]);
  });

  it('the lines of a file are searched, without the ends of DOS lines', async () => {
    const found = [line('rst li'), lineRegexp('^second=\\d$'), lineRegexp('^Z.rich$'), line('Zürich')];
    const missing = [line('third'), lineRegexp('^irst'), line('line\nsecond'), lineRegexp('^Zrich$')];
    const all = [...found, ...missing].flatMap((matcher) => [matcher, { ...matcher, negated: true }]);

    const [facts = []] = await ask([
      check(
        'file',
        join(folder, 'a file'),
        all.map((matcher) => ['contents', matcher]),
      ),
    ]);

    const kinds = facts.map(({ kind }) => kind);
    const [yes, no, value] = [
      ['matches', 'differs'],
      ['differs', 'matches'],
      ['value', 'value'],
    ];
    // The dot is a byte to grep, and this line has others than ASCII: the value is for the judge. So is a line break.
    expect(kinds).toEqual([...yes, ...yes, ...value, ...yes, ...no, ...no, ...value, ...no].flat());
  });

  it.each(['new\nline', '-rf', 'a file'])('the path %j is one word', async (name) => {
    expect(await ask([check('file', join(folder, name), [['exists', true]])])).toEqual([[matches]]);
  });

  it('a link is itself, its contents those of its target; a dangling one exists', async () => {
    const facts = await ask([
      check(
        'file',
        'link',
        [
          ['filetype', 'symlink'],
          ['contents', line('first')],
          ['linked-to', join(folder, 'a file')],
        ],
        {
          settings: { path: join(folder, 'link') },
        },
      ),
      check('file', join(folder, 'dangling'), [
        ['exists', true],
        ['linked-to', '/nowhere/at all'],
        ['contents', line('x', true)],
        ['md5', anything],
      ]),
      check('file', join(folder, 'nothing'), [
        ['exists', false],
        ['mode', anything],
        ['contents', line('x', true)],
      ]),
      check('file', join(folder, '-rf'), [
        ['filetype', 'directory'],
        ['contents', line('x', true)],
      ]),
      check('file', '/dev/null', [['filetype', 'character-device']]),
    ]);

    expect(facts).toEqual([
      [matches, matches, matches],
      [matches, matches, differs, differs],
      [matches, { kind: 'differs' }, { kind: 'differs' }],
      [matches, differs],
      [matches],
    ]);
  });

  it('a tool that is missing leaves its facts unknown', async (context) => {
    if (shell === 'busybox') context.skip(ownTools);
    const file = check('file', join(folder, 'a file'), [
      ['mode', '0640'],
      ['sha256', 'x'],
      ['exists', true],
    ]);
    const others = [
      check('service', 'nginx', [['running', true]]),
      check('package', 'nginx', [['installed', false]]),
      check('file', join(folder, 'a file'), [['colour', 'red']]),
      check('file', 'a\0b', [['exists', false]]),
    ];
    const facts = await ask([file, ...others], { without: ['stat', 'sha256sum'], instead: ['/etc/', '/run/'] });

    expect(facts).toEqual([[unknown, unknown, matches], [unknown], [unknown], [unknown], [unknown]]);
  });

  it('a command has an exit status, an output and errors', async () => {
    const [facts] = await ask([
      check(
        'command',
        'greeting',
        [
          ['exit-status', 3],
          ['exit-status', '3'],
          ['exit-status', 0],
          ['stdout', line('hello')],
          ['stdout', line('oops', true)],
          ['stdout', line('oops')],
          ['stderr', lineRegexp('^oo')],
          ['stdout', anything],
        ],
        { settings: { exec: 'echo hello; echo oops >&2; exit 3' } },
      ),
    ]);

    expect(facts).toEqual([matches, matches, differs, matches, matches, differs, matches, holds('hello\n')]);
  });

  it('packages of dpkg', async () => {
    const dpkg = `case "$4" in
      nginx) echo "install ok installed 1.24.0-2ubuntu7.5" ;;
      held) printf 'hold ok installed 2\\nhold ok installed 3\\n' ;;
      gone) echo "deinstall ok config-files 1" ;;
      *) exit 1 ;;
    esac`;
    const names = ['nginx', 'held', 'gone', 'never', '-W'];
    const facts = await ask(
      names.map((name) =>
        check('package', name, [
          ['installed', true],
          ['versions', anything],
        ]),
      ),
      {
        programs: { 'dpkg-query': dpkg },
      },
    );

    expect(facts).toEqual([
      [matches, holds(['1.24.0-2ubuntu7.5'])],
      [matches, holds(['2', '3'])],
      ...Array(3).fill([differs, { kind: 'differs' }]),
    ]);
  });

  it.for([
    ['rpm', `[ "$7" = nginx ] && printf '1:1.20.1-14.el9\\n' || { echo not installed; exit 1; }`, '1:1.20.1-14.el9'],
    [
      'apk',
      `printf 'Installed: Available:\\n'; [ "$2" = nginx ] && echo 'nginx-1.26.2-r0 = 1.26.2-r0'; true`,
      '1.26.2-r0',
    ],
    ['pacman', `[ "$5" = nginx ] && echo 'nginx 1.26.1-1' || exit 1`, '1.26.1-1'],
  ])('packages of %s', async ([tool = '', program = '', version = ''], context) => {
    if (shell === 'busybox') context.skip(ownTools);
    const facts = await ask(
      ['nginx', 'never'].map((name) =>
        check('package', name, [
          ['installed', true],
          ['versions', anything],
        ]),
      ),
      { programs: { [tool]: program } },
    );

    expect(facts).toEqual([
      [matches, holds([version])],
      [differs, { kind: 'differs' }],
    ]);
  });

  it('services of systemd', async () => {
    const systemctl = `case "$*" in
      is-system-running) echo degraded ;;
      "-q is-enabled good" | "-q is-active getty@tty1.service") exit 0 ;;
      *) exit 3 ;;
    esac`;
    const facts = await ask(
      ['good', 'getty@tty1.service', '-q', 'a/b'].map((name) =>
        check('service', name, [
          ['enabled', true],
          ['running', true],
          ['runlevels', anything],
        ]),
      ),
      { programs: { systemctl } },
    );

    expect(facts).toEqual([
      [matches, differs, unknown],
      [differs, matches, unknown],
      [differs, differs, { kind: 'differs' }],
      [differs, differs, { kind: 'differs' }],
    ]);
  });

  it.each([
    ['OpenRC', ['/etc/runlevels/boot/nginx', '/etc/runlevels/default/nginx'], ['boot', 'default'], 'rc-service'],
    ['System V', ['/etc/rc3.d/S20nginx', '/etc/rc5.d/S20nginx'], ['3', '5'], 'service'],
  ])('services of %s', async (_, links, runlevels, tool) => {
    const files = Object.fromEntries(['/etc/init.d/nginx', '/etc/init.d/idle', ...links].map((path) => [path, '']));
    const facts = await ask(
      ['nginx', 'idle', 'never'].map((name) =>
        check('service', name, [
          ['enabled', true],
          ['running', true],
          ['runlevels', anything],
        ]),
      ),
      { files, instead: ['/etc/', '/run/'], programs: { [tool]: '[ "$*" = "nginx status" ]' } },
    );

    expect(facts).toEqual([
      [matches, matches, holds(runlevels)],
      [differs, differs, holds([])],
      [differs, differs, holds([])],
    ]);
  });

  it('a port that is really listened on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const facts = await ask([
      check('port', `tcp:${port}`, [
        ['listening', true],
        ['ip', anything],
      ]),
      check('port', String(port), [['listening', true]]),
      check('port', `tcp6:${port}`, [
        ['listening', true],
        ['ip', anything],
      ]),
    ]);
    server.close();

    expect(facts).toEqual([[matches, holds(['127.0.0.1'])], [matches], [differs, holds([])]]);
  });

  it('the addresses of ports, as the kernel writes them', async () => {
    const title = '  sl  local_address rem_address   st tx_queue rx_queue\n';
    const row = (address: string, state: string) => `   0: ${address} 00000000:0000 ${state} 00000000:00000000\n`;
    const files = {
      '/proc/net/tcp': title + row('3500007F:0035', '0A') + row('00000000:0016', '0A') + row('0100007F:0050', '01'),
      '/proc/net/tcp6':
        title +
        row('00000000000000000000000000000000:0016', '0A') +
        row('00000000000000000000000001000000:0016', '0A') +
        row('000080FE00000000FF005450B6AA3BFE:0016', '0A') +
        row('0000000000000000FFFF00000100007F:0016', '0A') +
        row('B80D0120000001000000000002000000:0016', '0A'),
      '/proc/net/udp': title + row('00000000:0044', '07'),
    };
    const ids = ['tcp:53', 'tcp:22', 'tcp:80', 'tcp6:22', 'udp:68', 'udp6:68', 'sctp:22', 'tcp:022'];
    const facts = await ask(
      ids.map((id) =>
        check('port', id, [
          ['listening', true],
          ['ip', anything],
        ]),
      ),
      {
        files,
        instead: ['/proc/net/'],
      },
    );

    expect(facts).toEqual([
      [matches, holds(['127.0.0.53'])],
      [matches, holds(['0.0.0.0'])],
      [differs, holds([])],
      [matches, holds(['::', '::1', 'FE80::5054:FF:FE3B:AAB6', '127.0.0.1', '2001:DB8:1::2'])],
      [matches, holds(['0.0.0.0'])],
      [differs, holds([])],
      [differs, holds([])],
      [differs, holds([])],
    ]);
  });

  it('a process by the name of its program', async () => {
    const program = join(folder, 'imp test');
    copyFileSync(find('sleep') ?? '', program);
    const child = spawn(program, ['60']);
    await once(child, 'spawn');
    const facts = await ask([
      check('process', 'imp test', [['running', true]]),
      check('process', 'imp', [['running', true]]),
    ]);
    child.kill();

    expect(facts).toEqual([[matches], [differs]]);
  });

  it('users and groups of the local files', async () => {
    const files = {
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nweb:x:33:33:web, server::/usr/sbin/nologin',
      '/etc/group': 'root:x:0:\nweb:x:33:\nshadow:x:42:web\nadm:x:4:syslog,web\nwebs:x:50:notweb,webx\n',
    };
    const facts = await ask(
      [
        check('user', 'web', [
          ['exists', true],
          ['uid', 33],
          ['gid', 34],
          ['home', ''],
          ['shell', '/usr/sbin/nologin'],
          ['groups', anything],
        ]),
        check('user', 'we', [
          ['exists', true],
          ['uid', 33],
        ]),
        check('group', 'adm', [
          ['exists', true],
          ['gid', 4],
        ]),
        check('group', 'x', [
          ['exists', true],
          ['gid', 4],
        ]),
      ],
      { files, instead: ['/etc/'] },
    );

    expect(facts).toEqual([
      [matches, matches, differs, matches, matches, holds(['adm', 'shadow', 'web'])],
      [differs, { kind: 'differs' }],
      [matches, matches],
      [differs, { kind: 'differs' }],
    ]);
  });
});

describe('looked at in a machine of local Azure', () => {
  const checks = [
    check('service', 'nginx', [
      ['enabled', true],
      ['running', true],
    ]),
    check('service', 'never', [
      ['enabled', true],
      ['running', true],
    ]),
    check('package', 'nginx', [
      ['installed', true],
      ['versions', anything],
    ]),
    check('port', 'tcp:80', [
      ['listening', true],
      ['ip', anything],
    ]),
    check('process', 'nginx', [['running', true]]),
    check('process', 'sh', [['running', false]]),
    check('user', 'www-data', [
      ['exists', true],
      ['uid', 33],
      ['groups', anything],
    ]),
    check('group', 'www-data', [['gid', 33]]),
    check('file', '/etc/passwd', [
      ['mode', '0644'],
      ['owner', 'root'],
      ['contents', lineRegexp('^root:x:0:')],
    ]),
    check('command', 'echo out; echo err >&2; exit 3', [
      ['exit-status', 3],
      ['stdout', line('out')],
      ['stderr', line('out', true)],
    ]),
  ];

  it('everything is as it should be, or some of it is not', async () => {
    const { facts, boot } = await askGuest('healthy', checks);
    const { facts: broken } = await askGuest('broken-service', checks);

    const rest = [
      [matches, matches, holds(['www-data'])],
      [matches],
      [matches, matches, matches],
      [matches, matches, matches],
    ];
    expect(facts).toEqual([
      [matches, matches],
      [differs, differs],
      [matches, holds(['1.24.0-2ubuntu7.5'])],
      [matches, holds(['0.0.0.0'])],
      [matches],
      [matches],
      ...rest,
    ]);
    expect(boot.readyMs).toBe(8000);
    expect(broken).toEqual([
      [matches, differs],
      [differs, differs],
      [matches, holds(['1.24.0-2ubuntu7.5'])],
      [differs, holds([])],
      [differs],
      [matches],
      ...rest,
    ]);
  });
});
