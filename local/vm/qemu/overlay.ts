import { mkdir } from 'node:fs/promises';
import { execa } from 'execa';

/** Makes `disk.qcow2` in the folder: an empty layer over a fixed VHD, which itself is never written to. */
export async function makeOverlay(folder: string, vhd: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Without its format a fixed VHD would be taken for a raw disk, footer included.
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', vhd, '-F', 'vpc', 'disk.qcow2'], { cwd: folder });
}
