import { setTimeout as wait } from 'node:timers/promises';
import { computeClient } from '../../local/stack/deploy.ts';
import type { Endpoints } from '../../local/stack/endpoints.ts';
import { gallery, resourceGroup } from '../../local/stack/names.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';

/**
 * Writes a version as a patient pipeline does, whose calls fail too: a conflict is asked about again, unless the version is
 * there, since the call before had been carried out. It is not written twice: that would take it out of latest again.
 */
export async function writeVersion(
  endpoints: Endpoints,
  { image, version, guest }: { image: string; version: string; guest: string },
): Promise<void> {
  for (;;) {
    try {
      return await publishVersion(endpoints, image, version, guest);
    } catch (error) {
      // A TypeError is what fetch throws where the connection for a token had been closed meanwhile.
      if (statusOf(error) !== 409 && !(error instanceof TypeError)) throw error;
      if (await isThere(endpoints, image, version)) return;
      await wait(250);
    }
  }
}

async function isThere(endpoints: Endpoints, image: string, version: string): Promise<boolean> {
  const { galleryImageVersions } = computeClient(endpoints);
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
