import type { GalleryImage } from '@azure/arm-compute';
import { z } from 'zod';
import { definitionResourceId, versionResourceId } from '../domain/ids.ts';
import { AdapterError } from '../errors.ts';
import type { Galleries, ImageDefinition } from '../ports.ts';
import { unlessAbsent } from './armErrors.ts';
import { callAzure } from './callAzure.ts';
import type { ResourceManager } from './createResourceManager.ts';
import { toImageVersion } from './toImageVersion.ts';
import { withFlags } from './withFlags.ts';

/** Azure Compute Gallery through ARM. */
export function createGalleries({ compute }: Pick<ResourceManager, 'compute'>): Galleries {
  return {
    listDefinitions: ({ subscriptionId, resourceGroup, gallery }) =>
      callAzure(`list image definitions of gallery ${gallery}`, async (abortSignal) => {
        const pages = compute(subscriptionId).galleryImages.listByGallery(resourceGroup, gallery, { abortSignal });
        const images = await unlessAbsent(collect(pages));
        return images?.flatMap(({ name }) => (name ? { subscriptionId, resourceGroup, gallery, image: name } : []));
      }),

    listVersions: (definition) =>
      callAzure(`list versions of ${definitionResourceId(definition)}`, async (abortSignal) => {
        const { subscriptionId, resourceGroup, gallery, image } = definition;
        const { galleryImageVersions } = compute(subscriptionId);
        const pages = galleryImageVersions.listByGalleryImage(resourceGroup, gallery, image, { abortSignal });
        return (await unlessAbsent(collect(pages)))?.map(toImageVersion);
      }),

    getVersion: (definition, version) =>
      callAzure(`read ${versionResourceId(definition, version)}`, async (abortSignal) => {
        const { subscriptionId, resourceGroup, gallery, image } = definition;
        const options = { expand: 'ReplicationStatus', abortSignal };
        const { galleryImageVersions } = compute(subscriptionId);
        const answer = await unlessAbsent(galleryImageVersions.get(resourceGroup, gallery, image, version, options));
        return answer && toImageVersion(answer);
      }),

    getDefinition: (definition) =>
      callAzure(`read ${definitionResourceId(definition)}`, async (abortSignal) => {
        const { subscriptionId, resourceGroup, gallery, image } = definition;
        const { galleryImages } = compute(subscriptionId);
        const answer = await unlessAbsent(galleryImages.get(resourceGroup, gallery, image, { abortSignal }));
        return answer && toImageDefinition(answer);
      }),

    writeFlags: (definition, version, plan) =>
      callAzure(
        `write exclude flags of ${versionResourceId(definition, version)}`,
        async (abortSignal) => {
          const { subscriptionId, resourceGroup, gallery, image } = definition;
          const { galleryImageVersions } = compute(subscriptionId);
          const current = await galleryImageVersions.get(resourceGroup, gallery, image, version, { abortSignal });
          await galleryImageVersions.beginUpdate(resourceGroup, gallery, image, version, withFlags(current, plan), {
            abortSignal,
          });
        },
        { conflictPasses: true },
      ),
  };
}

const definitionSchema = z.object({
  osType: z.enum(['Linux', 'Windows']),
  osState: z.enum(['Generalized', 'Specialized']),
  features: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  purchasePlan: z.object({ name: z.string(), publisher: z.string(), product: z.string() }).nullish(),
});

function toImageDefinition(answer: GalleryImage): ImageDefinition {
  const parsed = definitionSchema.safeParse(answer);
  if (!parsed.success) {
    throw new AdapterError(`unexpected image definition ${answer.id}: ${z.prettifyError(parsed.error)}`, {
      code: 'UnexpectedAnswer',
      retryable: false,
    });
  }
  const { osType, osState, features, purchasePlan } = parsed.data;
  const securityType = features?.find(({ name }) => name === 'SecurityType')?.value ?? 'Standard';
  return { osType, osState, securityType, ...(purchasePlan && { purchasePlan }) };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
