import { describe, expect, it } from 'vitest';
import { anything, check, differs, holds, matches, unknown } from '../../checks.ts';
import { askShell, shells, useShell } from '../../shells.ts';

const notThere = { kind: 'differs' };

describe.each(shells)('looked at by %s', (shell) => {
  useShell(shell);
  const ask = (...[checks, world]: [Parameters<typeof askShell>[1], Parameters<typeof askShell>[2]?]) =>
    askShell(shell, checks, world).then(({ facts }) => facts);

  it('parameters of the kernel, without the blanks around them', async () => {
    const files = {
      '/proc/sys/kernel/ostype': 'Linux\n',
      '/proc/sys/net/ipv4/tcp_rmem': '4096\t131072\t6291456\n',
      '/proc/sys/net/ipv4/conf/eth0/mtu': ' 1 \n',
      '/proc/sys/kernel/none': '',
      '/proc/secret': 'x',
    };
    const names = ['kernel.ostype', 'net.ipv4.tcp_rmem', 'net/ipv4/conf/eth0/mtu', 'kernel.none', 'kernel', 'a.b'];
    const facts = await ask(
      [...names, '../secret', 'kernel.ostype\n'].map((name) => check('kernel-param', name, [['value', anything]])),
      { files, instead: ['/proc/sys'] },
    );

    expect(facts).toEqual([
      [holds('Linux')],
      [holds('4096\t131072\t6291456')],
      [holds('1')],
      [holds('')],
      ...Array(4).fill([notThere]),
    ]);
    expect(
      await ask([check('kernel-param', 'kernel.ostype', [['value', 'Linux']])], { instead: ['/proc/sys'] }),
    ).toEqual([[unknown]]);
  });

  it('mounts, the last one at each point', async () => {
    const files = {
      '/proc/self/mountinfo': [
        '28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw,discard,errors=remount-ro',
        '40 28 0:30 / /data rw shared:9 - autofs systemd-1 rw,fd=60',
        '41 40 8:33 / /data rw,nosuid,nosuid,relatime shared:10 master:2 - xfs /dev/sdc1 rw,context="u:r:s0:c1,c2",inode64',
        '42 28 8:34 / /mnt/two\\040words\\134 ro - vfat //srv/a\\040100%s\\043 ro',
        '',
      ].join('\n'),
    };
    const one = (mountpoint: string) =>
      check('mount', mountpoint, [
        ['exists', true],
        ['opts', anything],
        ['vfs-opts', anything],
        ['source', anything],
        ['filesystem', anything],
      ]);
    const facts = await ask([one('/data'), one('/mnt/two words\\'), one('/mnt/two'), one('/data/'), one('')], {
      files,
      instead: ['/proc/self/mountinfo'],
    });

    expect(facts).toEqual([
      [
        matches,
        holds(['rw', 'nosuid', 'relatime']),
        holds(['rw', 'context="u:r:s0:c1,c2"', 'inode64']),
        holds('/dev/sdc1'),
        holds('xfs'),
      ],
      [matches, holds(['ro']), holds(['ro']), holds('//srv/a 100%s#'), holds('vfat')],
      ...Array(3).fill([differs, ...Array(4).fill(notThere)]),
    ]);
    expect(await ask([one('/')], { instead: ['/proc/self/mountinfo'] })).toEqual([Array(5).fill(unknown)]);
  });

  it.for([
    ['1000 250', 75],
    ['1000 254', 75],
    ['1000 255', 75],
    ['1000 256', 74],
    ['3 1', 67],
    ['7 7', 0],
  ] as const)('how full a file system is: of %s blocks %i per cent are taken', async ([blocks, usage], context) => {
    if (shell === 'busybox') context.skip('this busybox takes its own tools before those on PATH');
    const stat = `[ "$*" = '-f -c %b %f /' ] && echo ${blocks}`;

    expect(await ask([check('mount', '/', [['usage', usage]])], { programs: { stat } })).toEqual([[matches]]);
  });

  it('how full a file system without blocks is cannot be told', async () => {
    expect(
      await ask([
        check('mount', '/proc', [
          ['exists', true],
          ['usage', 0],
        ]),
      ]),
    ).toEqual([[matches, unknown]]);
  });

  it('interfaces, with their addresses where there is a tool for them', async (context) => {
    const files = { '/sys/class/net/eth0/mtu': '1500\n', '/sys/class/net/bonding_masters': '' };
    const one = (name: string) =>
      check('interface', name, [
        ['exists', true],
        ['mtu', 1_500],
        ['addrs', anything],
      ]);
    const instead = ['/sys/class/net'];
    const absent = [differs, notThere, notThere];
    const others = [one('bonding_masters'), one('..'), one('eth0/../eth0'), one('-o'), one('')];

    expect((await ask(others, { files, instead })).flat()).toEqual(others.flatMap(() => absent));
    expect(await ask([one('eth0')], { instead })).toEqual([[unknown, unknown, unknown]]);
    if (shell === 'busybox') context.skip('this busybox takes its own tools before those on PATH');
    expect(await ask([one('eth0')], { files, instead })).toEqual([[matches, matches, unknown]]);
    const ip = `[ "$*" = '-o addr show dev eth0' ] && cat <<'X'
2: eth0    inet 10.0.0.4/24 metric 100 brd 10.0.0.255 scope global eth0\\       valid_lft forever preferred_lft forever
2: eth0    inet6 fe80::7e1e:52ff:fe12:4b5c/64 scope link \\       valid_lft forever preferred_lft forever
X`;
    expect(await ask([one('eth0')], { files, instead, programs: { ip } })).toEqual([
      [matches, matches, holds(['10.0.0.4/24', 'fe80::7e1e:52ff:fe12:4b5c/64'])],
    ]);
  });
});
