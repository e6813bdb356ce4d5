import { setTimeout as wait } from 'node:timers/promises';
import type { ComputeManagementClient } from '@azure/arm-compute';
import { gallery, resourceGroup } from '../../local/stack/names.ts';
import { requestVersion } from '../../local/stack/publishVersion.ts';

/**
 * Writes a version as a patient pipeline does, whose calls fail too: a conflict is asked about again, unless the version is
 * there, since the call before had been carried out. It is not written twice: that would take it out of latest again.
 */
export async function writeVersion(
  client: ComputeManagementClient,
  { image, version, guest }: { image: string; version: string; guest: string },
): Promise<void> {
  for (;;) {
    try {
      return await requestVersion(client, image, version, guest);
    } catch (error) {
      // A TypeError is what fetch throws where the connection for a token had been closed meanwhile.
      if (statusOf(error) !== 409 && !(error instanceof TypeError)) throw error;
      if (await isThere(client, image, version)) return;
      await wait(250);
    }
  }
}

async function isThere(
  { galleryImageVersions }: ComputeManagementClient,
  image: string,
  version: string,
): Promise<boolean> {
  try {
    await galleryImageVersions.get(resourceGroup, gallery, image, version);
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}
