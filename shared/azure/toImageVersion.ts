import type { GalleryImageVersion } from '@azure/arm-compute';
import * as z from 'zod';
import { type ImageVersion, normaliseRegion, type TargetRegion } from '../domain/imageVersion.ts';
import { AdapterError } from '../errors.ts';

const date = z.date().transform((instant) => instant.toISOString());
const flag = z.boolean().nullish();
const region = z.string().min(1).transform(normaliseRegion);

const targetRegion = z.object({
  name: region,
  excludeFromLatest: flag,
  regionalReplicaCount: z.number().nullish(),
  storageAccountType: z.string().nullish(),
  encryption: z.unknown(),
});

/** The SDK's types promise more than ARM does: nearly everything is optional there, and flags come back as null. */
const schema = z.object({
  name: z.string().regex(/^\d+\.\d+\.\d+$/),
  location: region,
  // A state that is not known is neither success nor failure, and holds up no other version.
  provisioningState: z.enum(['Creating', 'Updating', 'Failed', 'Succeeded', 'Deleting', 'Migrating']).catch('Updating'),
  tags: z.record(z.string(), z.string()).nullish(),
  systemData: z.object({ createdAt: date.nullish() }).nullish(),
  publishingProfile: z
    .object({
      publishedDate: date.nullish(),
      endOfLifeDate: date.nullish(),
      excludeFromLatest: flag,
      replicationMode: z.enum(['Full', 'Shallow']).nullish().catch(undefined),
      targetRegions: z.array(targetRegion).nullish(),
    })
    .nullish(),
  storageProfile: z
    .object({
      source: z
        .object({
          id: z.string().nullish(),
          virtualMachineId: z.string().nullish(),
          communityGalleryImageId: z.string().nullish(),
        })
        .nullish(),
      dataDiskImages: z.array(z.object({ lun: z.int() })).nullish(),
      osDiskImage: z
        .object({ source: z.object({ id: z.string().nullish(), uri: z.string().nullish() }).nullish() })
        .nullish(),
    })
    .nullish(),
  safetyProfile: z.object({ allowDeletionOfReplicatedLocations: flag, blockDeletionBeforeEndOfLife: flag }).nullish(),
  replicationStatus: z
    .object({
      summary: z
        .array(z.object({ region, state: z.enum(['Unknown', 'Replicating', 'Completed', 'Failed']).catch('Unknown') }))
        .nullish(),
    })
    .nullish(),
});
type Answer = z.infer<typeof schema>;

/** An image version as publication sees it, from what ARM answered. */
export function toImageVersion(answer: GalleryImageVersion): ImageVersion {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) {
    throw new AdapterError(`unexpected image version ${answer.id}: ${z.prettifyError(parsed.error)}`, {
      code: 'UnexpectedAnswer',
      retryable: false,
    });
  }
  const { name, location, provisioningState, tags, systemData, publishingProfile, safetyProfile, replicationStatus } =
    parsed.data;
  const { storageProfile } = parsed.data;
  const summary = replicationStatus?.summary;
  return {
    version: name,
    location,
    provisioningState,
    ...known('createdAt', systemData?.createdAt),
    ...known('publishedDate', publishingProfile?.publishedDate),
    ...known('sourceId', sourceOf(parsed.data)),
    dataDiskLuns: (storageProfile?.dataDiskImages ?? []).map(({ lun }) => lun),
    ...known('tags', tags),
    excludeFromLatest: publishingProfile?.excludeFromLatest ?? false,
    ...known('endOfLifeDate', publishingProfile?.endOfLifeDate),
    targetRegions: (publishingProfile?.targetRegions ?? []).map(toTargetRegion),
    ...known('replicationMode', publishingProfile?.replicationMode),
    safetyProfile: {
      ...known('allowDeletionOfReplicatedLocations', safetyProfile?.allowDeletionOfReplicatedLocations),
      ...known('blockDeletionBeforeEndOfLife', safetyProfile?.blockDeletionBeforeEndOfLife),
    },
    ...known('replication', summary && Object.fromEntries(summary.map((status) => [status.region, status.state]))),
  };
}

function toTargetRegion(answer: z.infer<typeof targetRegion>): TargetRegion {
  return {
    name: answer.name,
    ...known('excludeFromLatest', answer.excludeFromLatest),
    ...known('replicaCount', answer.regionalReplicaCount),
    ...known('storageAccountType', answer.storageAccountType),
    ...(answer.encryption !== undefined && answer.encryption !== null && { encrypted: true }),
  };
}

/** A version comes from an image, disk or other version, from a VM, from a community image, or from a VHD. */
function sourceOf({ storageProfile }: Answer): string | undefined {
  const { source, osDiskImage } = storageProfile ?? {};
  const id = source?.id ?? source?.virtualMachineId ?? source?.communityGalleryImageId;
  return id ?? osDiskImage?.source?.id ?? osDiskImage?.source?.uri ?? undefined;
}

/** The member only where there is a value: absent and undefined are not the same to the domain's types. */
function known<K extends string, V>(key: K, value: V | null | undefined): { [member in K]?: V } {
  return (value === undefined || value === null ? {} : { [key]: value }) as { [member in K]?: V };
}
