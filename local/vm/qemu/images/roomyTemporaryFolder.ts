import { readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const neededBytes = 3 * 1024 ** 3;
const inMemory = '/dev/shm';

/**
 * Memory where there is plenty of it, else the usual place: unpacking Debian writes, syncs and deletes twenty thousand
 * files. A container's own /dev/shm may be small, or may hold neither programs nor devices.
 */
export async function roomyTemporaryFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(inMemory);
    const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
    const options = mounts.find(([, path]) => path === inMemory)?.[3]?.split(',') ?? ['noexec'];
    const isUsable = !options.includes('noexec') && !options.includes('nodev') && !options.includes('ro');
    return isUsable && bavail * bsize >= neededBytes ? inMemory : tmpdir();
  } catch {
    return tmpdir();
  }
}
