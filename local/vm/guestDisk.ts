import { InMemoryFs } from 'just-bash';
import { isThisGuest, listensOn } from './guestAddress.ts';
import type { GuestImage } from './guestImage.ts';
import { guestInterfaces } from './guestInterfaces.ts';
import type { GuestSystem } from './guestSystem.ts';
import { procFiles } from './procFiles.ts';

type WriteArguments = Parameters<InMemoryFs['writeFile']>;

/**
 * The disk of a guest. The library's file system makes missing folders as it writes; a real one does not, and a check
 * that relies on the error must not pass here. `/dev/tcp/HOST/PORT` connects, as in bash.
 */
export class GuestDisk extends InMemoryFs {
  #system: GuestSystem | undefined;

  constructor(image: GuestImage, hostname: string) {
    super({ ...systemFiles(image, hostname), ...image.files });
    for (const folder of ['/tmp', '/var/tmp', '/run', '/root', '/var/lib/waagent', '/sys', '/run/systemd/system']) {
      this.mkdirSync(folder, { recursive: true });
    }
  }

  /** Puts the files in place that show the running system rather than the disk, as it is at this moment. */
  async bootedInto(system: GuestSystem): Promise<void> {
    this.#system = system;
    for (const name of await this.readdir('/proc')) {
      if (/^\d+$/.test(name)) await this.rm(`/proc/${name}`, { recursive: true });
    }
    for (const [path, content] of Object.entries(runtimeFiles(system))) this.writeFileSync(path, content);
  }

  override async writeFile(...[path, content, options]: WriteArguments): Promise<void> {
    if (!(await this.#isSocket(path))) await super.writeFile(path, asBytes(content, options), options);
  }

  override async appendFile(...[path, content, options]: WriteArguments): Promise<void> {
    if (!(await this.#isSocket(path))) await super.appendFile(path, asBytes(content, options), options);
  }

  async #isSocket(path: string): Promise<boolean> {
    const [, host, port] = /^\/dev\/(?:tcp|udp)\/([^/]+)\/(\d+)$/.exec(path) ?? [];
    if (host) {
      if (this.#system && isThisGuest(this.#system, host) && listensOn(this.#system, Number(port))) return true;
      throw new Error(`ECONNREFUSED: connection refused, open '${path}'`);
    }
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    if (!(await this.exists(parent))) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return false;
  }
}

/** The library turns such a text into bytes one by one, which takes longer than all else of a small script. */
function asBytes(content: WriteArguments[1], options: WriteArguments[2]): WriteArguments[1] {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  return typeof content === 'string' && encoding === 'binary' ? Buffer.from(content, 'latin1') : content;
}

function runtimeFiles(system: GuestSystem): Record<string, string> {
  const { image, clock, bootedAt, bootId, cpus, memoryKiB } = system;
  const upSeconds = ((clock.now() - bootedAt) / 1000).toFixed(2);
  const processors = Array.from(
    { length: cpus },
    (_, index) => `processor\t: ${index}\nmodel name\t: Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz\n`,
  );
  return {
    '/proc/version': `Linux version ${image.os.kernel} (buildd@lcy02-amd64-059) #47-Ubuntu SMP\n`,
    '/proc/uptime': `${upSeconds} ${upSeconds}\n`,
    '/proc/loadavg': '0.08 0.05 0.01 1/180 2417\n',
    '/proc/meminfo': `MemTotal:       ${memoryKiB} kB\nMemFree:        ${memoryKiB - 860_160} kB\nMemAvailable:   ${memoryKiB - 430_080} kB\n`,
    '/proc/cpuinfo': processors.join('\n'),
    '/proc/sys/kernel/random/boot_id': `${bootId}\n`,
    ...procFiles(system),
  };
}

function systemFiles({ os, users }: GuestImage, hostname: string): Record<string, string> {
  const accounts = Object.entries({ root: { uid: 0, home: '/root', groups: [] }, ...users });
  const passwd = accounts.map(([name, user]) => {
    const { uid, home = `/home/${name}`, shell = '/bin/bash' } = user as GuestImage['users'][string];
    return `${name}:x:${uid}:${uid}::${home}:${shell}\n`;
  });
  const groups = new Map(accounts.map(([name, { uid }]) => [name, { gid: uid, members: [] as string[] }]));
  for (const [name, user] of accounts) {
    for (const group of user.groups) {
      const entry = groups.get(group) ?? { gid: 900 + groups.size, members: [] };
      groups.set(group, { ...entry, members: [...entry.members, name] });
    }
  }
  return {
    '/etc/os-release': [
      `PRETTY_NAME="${os.name}"`,
      `NAME="${os.name.split(' ')[0]}"`,
      `VERSION_ID="${os.version}"`,
      ...(os.codename ? [`VERSION_CODENAME=${os.codename}`] : []),
      `ID=${os.id}`,
      ...(os.id === 'ubuntu' ? ['ID_LIKE=debian'] : []),
      '',
    ].join('\n'),
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${hostname}\n::1 ip6-localhost ip6-loopback\n`,
    '/etc/passwd': passwd.join(''),
    '/etc/group': [...groups].map(([name, { gid, members }]) => `${name}:x:${gid}:${members.join(',')}\n`).join(''),
    '/proc/cmdline': `BOOT_IMAGE=/boot/vmlinuz-${os.kernel} root=PARTUUID=1 ro console=tty1 console=ttyS0\n`,
    '/proc/mounts':
      '/dev/root / ext4 rw,relatime,discard,errors=remount-ro 0 0\n/dev/sda15 /boot/efi vfat rw,relatime 0 0\n',
    '/proc/self/mountinfo': [
      '28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw,discard,errors=remount-ro',
      '30 28 0:25 / /run rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,mode=755,inode64',
      '92 28 8:15 / /boot/efi rw,relatime shared:31 - vfat /dev/sda15 rw,fmask=0077,dmask=0077,errors=remount-ro',
      '',
    ].join('\n'),
    ...Object.fromEntries(guestInterfaces.map(({ name, mtu }) => [`/sys/class/net/${name}/mtu`, `${mtu}\n`])),
    '/proc/sys/kernel/hostname': `${hostname}\n`,
    '/proc/sys/kernel/osrelease': `${os.kernel}\n`,
    '/proc/sys/kernel/ostype': 'Linux\n',
    '/proc/sys/kernel/panic': '0\n',
    '/proc/sys/kernel/randomize_va_space': '2\n',
    '/proc/sys/net/ipv4/ip_forward': '0\n',
    '/proc/sys/vm/swappiness': '60\n',
    '/run/cloud-init/result.json': '{"v1": {"datasource": "DataSourceAzure [seed=/dev/sr0]", "errors": []}}\n',
  };
}
