import type { Command } from 'just-bash';
import type { GuestSystem } from '../guestSystem.ts';
import { fail, guestCommand, parseOptions, table } from './guestCommand.ts';

interface Mount {
  source: string;
  target: string;
  type: string;
  sizeKiB: number;
  usedKiB: number;
}

const mib = 1024;

/** df, mount and mountpoint: one disk of 30 GiB as images of Azure have it. */
export function storageCommands(system: GuestSystem): Command[] {
  const mounts = mountsOf(system);
  return [
    df(mounts),
    guestCommand('mount', (args) =>
      args.length > 0
        ? fail('mount: only listing is possible here', 32)
        : mounts.map(({ source, target, type }) => `${source} on ${target} type ${type} (rw,relatime)\n`).join(''),
    ),
    guestCommand('mountpoint', (args) => {
      const { options, operands } = parseOptions(args);
      const mounted = mounts.some(({ target }) => target === operands[0]);
      const told = `${operands[0]} is ${mounted ? '' : 'not '}a mountpoint\n`;
      return { stdout: options.has('q') ? '' : told, exitCode: mounted ? 0 : 1 };
    }),
  ];
}

function mountsOf(system: GuestSystem): Mount[] {
  return [
    { source: '/dev/root', target: '/', type: 'ext4', sizeKiB: 29_738 * mib, usedKiB: 2_214 * mib },
    { source: 'tmpfs', target: '/run', type: 'tmpfs', sizeKiB: Math.round(system.memoryKiB / 5), usedKiB: mib },
    { source: '/dev/sda15', target: '/boot/efi', type: 'vfat', sizeKiB: 105 * mib, usedKiB: 6 * mib },
  ];
}

/** `%b %f` of `stat -f`: blocks of 4 KiB, all and free, of the file system that holds a path. */
export function blocksOf(system: GuestSystem, path: string): { b: number; f: number } {
  const { sizeKiB, usedKiB } = holding(mountsOf(system), path);
  return { b: Math.floor(sizeKiB / 4), f: Math.floor((sizeKiB - usedKiB) / 4) };
}

function df(mounts: Mount[]): Command {
  return guestCommand('df', async (args, { fs, cwd }) => {
    const { options, operands } = parseOptions(args, ['output', 'B', 't', 'x']);
    const paths = operands.map((path) => fs.resolvePath(cwd, path));
    for (const path of paths) if (!(await fs.exists(path))) return fail(`df: ${path}: No such file or directory`);
    const chosen = paths.length > 0 ? paths.map((path) => holding(mounts, path)) : mounts;
    const columns = options.get('output')?.split(',') ?? [
      'source',
      ...(options.has('T') ? ['fstype'] : []),
      'size',
      'used',
      'avail',
      'pcent',
      'target',
    ];
    const scale = (kib: number) => {
      if (options.has('h')) return kib >= mib * mib ? `${Math.ceil(kib / mib / mib)}G` : `${Math.ceil(kib / mib)}M`;
      return String(options.has('m') || options.get('B') === 'M' ? Math.ceil(kib / mib) : kib);
    };
    return table([
      columns.map((column) => titles[column] ?? column),
      ...chosen.map((mount) => columns.map((column) => cell(mount, column, scale))),
    ]);
  });
}

const titles: Record<string, string> = {
  source: 'Filesystem',
  fstype: 'Type',
  size: '1K-blocks',
  used: 'Used',
  avail: 'Available',
  pcent: 'Use%',
  target: 'Mounted on',
};

function cell(
  { source, target, type, sizeKiB, usedKiB }: Mount,
  column: string,
  scale: (kib: number) => string,
): string {
  const values: Record<string, string> = {
    source,
    target,
    fstype: type,
    size: scale(sizeKiB),
    used: scale(usedKiB),
    avail: scale(sizeKiB - usedKiB),
    pcent: `${Math.ceil((100 * usedKiB) / sizeKiB)}%`,
  };
  return values[column] ?? '-';
}

function holding(mounts: Mount[], path: string): Mount {
  const above = mounts.filter(({ target }) => path === target || path.startsWith(target === '/' ? '/' : `${target}/`));
  return above.sort((a, b) => b.target.length - a.target.length)[0] ?? (mounts[0] as Mount);
}
