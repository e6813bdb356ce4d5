import type { GalleryImage, GalleryImageVersion } from '@azure/arm-compute';
import * as z from 'zod';
import { definitionResourceId, versionResourceId } from '../domain/ids.ts';
import type { ImageDefinition } from '../domain/imageDefinition.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import { AdapterError } from '../errors.ts';
import type { Galleries } from '../ports.ts';
import { unlessAbsent } from './armErrors.ts';
import { callAzure } from './callAzure.ts';
import type { ResourceManager } from './createResourceManager.ts';
import { KnownVersions } from './knownVersions.ts';
import { toGallerySharing } from './toGallerySharing.ts';
import { toImageVersion } from './toImageVersion.ts';
import { withFlags } from './withFlags.ts';

/** Azure Compute Gallery through ARM. */
export function createGalleries({ compute }: Pick<ResourceManager, 'compute'>): Galleries {
  /** What versions were read from. */
  const answers = new WeakMap<ImageVersion, GalleryImageVersion>();
  const known = new KnownVersions();
  return {
    listDefinitions: ({ subscriptionId, resourceGroup, gallery }) =>
      callAzure(`list image definitions of gallery ${gallery}`, async (abortSignal) => {
        const pages = compute(subscriptionId).galleryImages.listByGallery(resourceGroup, gallery, { abortSignal });
        const images = await unlessAbsent(collect(pages));
        return images?.flatMap((answer) => {
          const { data } = definitionSchema.safeParse(answer);
          if (!answer.name) return [];
          const id = { subscriptionId, resourceGroup, gallery, image: answer.name };
          return { id, ...(data && { image: toImageDefinition(data) }) };
        });
      }),

    listVersions: (definition) =>
      callAzure(`list versions of ${definitionResourceId(definition)}`, async (abortSignal) => {
        const { subscriptionId, resourceGroup, gallery, image } = definition;
        const { galleryImageVersions } = compute(subscriptionId);
        const pages = galleryImageVersions.listByGalleryImage(resourceGroup, gallery, image, { abortSignal });
        return (await unlessAbsent(collect(pages)))?.map((answer) => known.parse(answer));
      }),

    getVersion: (definition, version) =>
      callAzure(`read ${versionResourceId(definition, version)}`, async (abortSignal) => {
        const { subscriptionId, resourceGroup, gallery, image } = definition;
        const options = { expand: 'ReplicationStatus', abortSignal };
        const { galleryImageVersions } = compute(subscriptionId);
        const answer = await unlessAbsent(galleryImageVersions.get(resourceGroup, gallery, image, version, options));
        if (!answer) return undefined;
        const found = toImageVersion(answer);
        answers.set(found, answer);
        return found;
      }),

    getDefinition: (definition) =>
      callAzure(`read ${definitionResourceId(definition)}`, async (abortSignal) => {
        const { subscriptionId, resourceGroup, gallery, image } = definition;
        const { galleryImages } = compute(subscriptionId);
        const answer = await unlessAbsent(galleryImages.get(resourceGroup, gallery, image, { abortSignal }));
        return answer && parseDefinition(answer);
      }),

    getTags: ({ subscriptionId, resourceGroup, gallery }) =>
      callAzure(`read the tags of gallery ${gallery}`, async (abortSignal) => {
        const { galleries } = compute(subscriptionId);
        const answer = await unlessAbsent(galleries.get(resourceGroup, gallery, { abortSignal }));
        return answer && (answer.tags ?? {});
      }),

    getSharing: ({ subscriptionId, resourceGroup, gallery }) =>
      callAzure(`read how gallery ${gallery} is shared`, async (abortSignal) => {
        const options = { select: 'Permissions', abortSignal };
        const answer = await unlessAbsent(compute(subscriptionId).galleries.get(resourceGroup, gallery, options));
        return answer && toGallerySharing(answer);
      }),

    writeFlags: (definition, version, plan, found) =>
      callAzure(
        `write exclude flags of ${versionResourceId(definition, version)}`,
        async (abortSignal) => {
          const { subscriptionId, resourceGroup, gallery, image } = definition;
          const { galleryImageVersions } = compute(subscriptionId);
          const current =
            (found && answers.get(found)) ??
            (await galleryImageVersions.get(resourceGroup, gallery, image, version, { abortSignal }));
          await galleryImageVersions.beginUpdate(resourceGroup, gallery, image, version, withFlags(current, plan), {
            abortSignal,
          });
        },
        { conflictPasses: true },
      ),

    deleteVersion: (definition, version) =>
      callAzure(
        `delete ${versionResourceId(definition, version)}`,
        async (abortSignal) => {
          const { subscriptionId, resourceGroup, gallery, image } = definition;
          const { galleryImageVersions } = compute(subscriptionId);
          const started = galleryImageVersions.beginDelete(resourceGroup, gallery, image, version, { abortSignal });
          await unlessAbsent(started);
        },
        { conflictPasses: true },
      ),
  };
}

const range = z
  .object({ min: z.number().nullish(), max: z.number().nullish() })
  .nullish()
  .transform((value) => ({
    ...(value?.min != null && { min: value.min }),
    ...(value?.max != null && { max: value.max }),
  }));

/** A definition from before generation 2 or Arm64 existed says nothing of either. */
const definitionSchema = z.object({
  osType: z.enum(['Linux', 'Windows']),
  osState: z.enum(['Generalized', 'Specialized']),
  hyperVGeneration: z.enum(['V1', 'V2']).nullish(),
  architecture: z.enum(['x64', 'Arm64']).nullish(),
  features: z
    .array(z.object({ name: z.string().nullish(), value: z.string().nullish(), startsAtVersion: z.string().nullish() }))
    .nullish(),
  recommended: z.object({ vCPUs: range, memory: range }).nullish(),
  disallowed: z.object({ diskTypes: z.array(z.string()).nullish() }).nullish(),
  endOfLifeDate: z.date().nullish(),
  purchasePlan: z.object({ name: z.string(), publisher: z.string(), product: z.string() }).nullish(),
});

function parseDefinition(answer: GalleryImage): ImageDefinition {
  const parsed = definitionSchema.safeParse(answer);
  if (!parsed.success) {
    throw new AdapterError(`unexpected image definition ${answer.id}: ${z.prettifyError(parsed.error)}`, {
      code: 'UnexpectedAnswer',
      retryable: false,
    });
  }
  return toImageDefinition(parsed.data);
}

function toImageDefinition(answer: z.infer<typeof definitionSchema>): ImageDefinition {
  const { osType, osState, hyperVGeneration, architecture, features, recommended, disallowed } = answer;
  const { endOfLifeDate, purchasePlan } = answer;
  return {
    osType,
    osState,
    generation: hyperVGeneration ?? 'V1',
    architecture: architecture ?? 'x64',
    features: (features ?? []).flatMap(({ name, value, startsAtVersion }) =>
      name && value ? [{ name, value, ...(startsAtVersion && { startsAtVersion }) }] : [],
    ),
    recommended: { vCPUs: recommended?.vCPUs ?? {}, memory: recommended?.memory ?? {} },
    disallowedDiskTypes: disallowed?.diskTypes ?? [],
    ...(endOfLifeDate && { endOfLifeDate: endOfLifeDate.toISOString() }),
    ...(purchasePlan && { purchasePlan }),
  };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
