import { basename, dirname } from 'node:path';
import type { GuestImage } from '../../local/vm/guestImage.ts';
import { UsageError } from '../exitCodes.ts';

/**
 * The simulated guest is for those who have the repository: the deployed package has no `local` folder, and an installation
 * without development dependencies no shell for it.
 *
 * @throws UsageError, which says which of it is missing or what is wrong with the image.
 */
export async function readGuestFile(file: string): Promise<GuestImage> {
  const { readGuestImage } = await simulatedGuest();
  if (!file.endsWith('.yaml')) throw new UsageError(`${file} is no guest image: its name does not end with .yaml`);
  return readGuestImage(dirname(file), basename(file, '.yaml')).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
}

async function simulatedGuest(): Promise<typeof import('../../local/vm/guestImage.ts')> {
  try {
    await import('just-bash');
    return await import('../../local/vm/guestImage.ts');
  } catch (error) {
    throw new UsageError(
      'the simulated guest is not part of this installation: run this in a clone of the repository, after "npm ci"',
      { cause: error },
    );
  }
}
