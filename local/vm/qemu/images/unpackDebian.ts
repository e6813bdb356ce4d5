import { join } from 'node:path';
import { execa } from 'execa';
import { VmsUnavailable, withSystemPrograms } from '../requirements.ts';

const suite = 'bookworm';
const mirror = 'http://deb.debian.org/debian';
/** A mirror that hangs is none. */
const longestMs = 8 * 60_000;
const packages = [
  ...['systemd-sysv', 'udev', 'dbus', 'kmod', 'linux-image-cloud-amd64', 'initramfs-tools', 'systemd-boot-efi'],
  ...['busybox-static', 'dropbear-bin', 'qemu-guest-agent', 'nginx-light'],
  ...['openssh-server', 'iproute2'],
];

/**
 * Makes an archive of a small Debian with all that the images consist of; packages are verified by Debian's keys.
 *
 * @throws VmsUnavailable where there is no mirror, no right to a namespace, or a package that does not install.
 */
export async function unpackDebian(options: {
  recipe: string;
  tar: string;
  /** Where it may unpack. */
  work: string;
  print(line: string): void;
}): Promise<void> {
  const { recipe, tar, work, print } = options;
  const documents = ['man', 'doc', 'locale', 'info'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  const args = [
    `--mode=${process.getuid?.() === 0 ? 'root' : 'unshare'}`,
    ...['--variant=minbase', `--include=${packages.join(',')}`],
    '--aptopt=APT::Install-Recommends "false"',
    // A build that is cut off is thrown away: nothing needs to reach the disk package by package.
    ...['--dpkgopt=force-unsafe-io', ...documents],
    `--essential-hook=${join(recipe, 'debian/configure-initramfs.sh')}`,
    `--customize-hook=${join(recipe, 'debian/customize.sh')}`,
    ...[suite, tar, mirror],
  ];
  const running = execa('mmdebstrap', args, {
    env: { ...withSystemPrograms, TMPDIR: work },
    stdin: 'ignore',
    stdout: 'ignore',
    reject: false,
    timeout: longestMs,
  });
  const last: string[] = [];
  for await (const line of running.iterable({ from: 'stderr' })) {
    last.splice(0, Math.max(0, last.length - 15));
    last.push(line);
    const step = /^I: (.*\.\.\.)$/.exec(line)?.[1];
    if (step) print(step);
  }
  if ((await running).failed) {
    throw new VmsUnavailable(`mmdebstrap could not make a Debian ${suite} from ${mirror}:\n${last.join('\n')}`);
  }
}
