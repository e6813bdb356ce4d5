import { setTimeout as wait } from 'node:timers/promises';
import { computeClient, makeDefinitions } from '../../local/stack/deploy.ts';
import type { Endpoints } from '../../local/stack/endpoints.ts';
import { gallery, resourceGroup } from '../../local/stack/names.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';
import { addFault, clearFaults } from '../../test/e2e/faults.ts';

const versionType = 'microsoft.compute/galleries/images/versions';
const atOnce = 16;

/** Published versions 1.0.N of each image definition, there for long: their events were told before anybody listened. */
export async function fillGallery(endpoints: Endpoints, images: string[], versionsEach: number): Promise<void> {
  await makeDefinitions(endpoints, images);
  await addFault({ endpoints }, { type: versionType }, { kind: 'eventLost' });
  const wanted = images.flatMap((image) => Array.from({ length: versionsEach }, (_, patch) => ({ image, patch })));
  const worker = async () => {
    for (let next = wanted.pop(); next; next = wanted.pop())
      await publishVersion(endpoints, next.image, `1.0.${next.patch}`, 'healthy', { excludeFromLatest: false });
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  for (const image of images) while (!(await areReplicated(endpoints, image))) await wait(250);
  await clearFaults({ endpoints });
}

async function areReplicated(endpoints: Endpoints, image: string): Promise<boolean> {
  const versions = computeClient(endpoints).galleryImageVersions.listByGalleryImage(resourceGroup, gallery, image);
  for await (const { provisioningState } of versions) if (provisioningState !== 'Succeeded') return false;
  return true;
}
