import { join, resolve } from 'node:path';
import { buildImages } from '../vm/qemu/images/buildImages.ts';
import { findFirmware } from '../vm/qemu/requirements.ts';

export const vmKinds = ['simulated', 'qemu'] as const;

/** What local ARM makes its virtual machines of. */
export type Vms = { kind: 'simulated' } | { kind: 'qemu'; builtImagesDir: string; firmware?: string | undefined };

export const builtImages = join(resolve(import.meta.dirname, '../..'), '.local/vm-images');

/**
 * Builds what the machines boot, unless that is there.
 *
 * @throws VmsUnavailable where that cannot be.
 */
export async function prepareVms(kind: Vms['kind'], print: (line: string) => void): Promise<Vms> {
  if (kind === 'simulated') return { kind };
  return { kind, builtImagesDir: await buildImages(builtImages, print), firmware: await findFirmware() };
}
