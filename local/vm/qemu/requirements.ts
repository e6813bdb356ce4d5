import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** There can be no virtual machines of QEMU here; the message says what to do about it. */
export class VmsUnavailable extends Error {}

/** Programs, and the Debian package that brings each. */
type Programs = Record<string, string>;

const toRun: Programs = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  setpriv: 'util-linux',
};

const toBuild: Programs = {
  mmdebstrap: 'mmdebstrap',
  'qemu-img': 'qemu-utils',
  mke2fs: 'e2fsprogs',
  lz4: 'lz4',
  cpio: 'cpio',
  objcopy: 'binutils',
  sfdisk: 'fdisk',
  'mkfs.vfat': 'dosfstools',
  mcopy: 'mtools',
  unshare: 'util-linux',
  newuidmap: 'uidmap',
};

/** UEFI firmware of the package ovmf; which of the files there is differs between releases. */
const firmwareFiles = ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_CODE.fd'];

/** What a Debian is verified by; other distributions have it in a package. */
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Where Debian keeps programs that an ordinary user's PATH leaves out. */
const searchPath = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;
export const withSystemPrograms = { ...process.env, PATH: searchPath };

/** The Debian packages that are missing here, to run virtual machines and to build what they boot. */
export async function missingPackages(): Promise<string[]> {
  const programs = Object.entries({ ...toRun, ...toBuild });
  const packages = await Promise.all(programs.map(async ([name, from]) => ((await isOnPath(name)) ? [] : [from])));
  const firmware = (await findFirmware()) === undefined ? ['ovmf'] : [];
  const keys = (await isAccessible(keyring, constants.R_OK)) ? [] : ['debian-archive-keyring'];
  return [...new Set([...packages.flat(), ...firmware, ...keys])];
}

export async function findFirmware(): Promise<string | undefined> {
  for (const file of firmwareFiles) if (await isAccessible(file, constants.R_OK)) return file;
  return undefined;
}

/** @throws VmsUnavailable with the command that installs what is missing. */
export async function requirePackages(): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  throw new VmsUnavailable(
    `virtual machines of QEMU need further packages: apt-get install --no-install-recommends ${missing.join(' ')}`,
  );
}

async function isOnPath(name: string): Promise<boolean> {
  const found = await Promise.all(
    searchPath.split(delimiter).map((folder) => isAccessible(join(folder, name), constants.X_OK)),
  );
  return found.includes(true);
}

function isAccessible(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
