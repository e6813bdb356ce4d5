import { z } from 'zod';
import type { ResourceType } from '../resources.ts';

const future = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is not a date');
const storageAccountType = z.enum(['Standard_LRS', 'Standard_ZRS', 'Premium_LRS', 'PremiumV2_LRS']);
const tags = z.record(z.string(), z.string());
const envelope = { location: z.string().optional(), tags: tags.optional() };
const range = z.looseObject({ min: z.int().optional(), max: z.int().optional() });

export const sharingGroup = z.object({ type: z.enum(['Subscriptions', 'AADTenants']), ids: z.array(z.string()) });

const sharingProfile = z.object({
  permissions: z.enum(['Private', 'Groups', 'Community']).optional(),
  groups: z.array(sharingGroup).optional(),
  communityGalleryInfo: z
    .object({
      publisherUri: z.string().optional(),
      publisherContact: z.string().optional(),
      eula: z.string().optional(),
      publicNamePrefix: z.string().optional(),
      communityGalleryEnabled: z.boolean().optional(),
      publicNames: z.array(z.string()).optional(),
    })
    .optional(),
});
export type SharingProfile = z.output<typeof sharingProfile>;

export const galleryBody = z.looseObject({
  ...envelope,
  properties: z
    .looseObject({ description: z.string().optional(), sharingProfile: sharingProfile.optional() })
    .default({}),
});

const definitionProperties = z.looseObject({
  description: z.string().optional(),
  eula: z.string().optional(),
  privacyStatementUri: z.string().optional(),
  releaseNoteUri: z.string().optional(),
  osType: z.enum(['Linux', 'Windows']).optional(),
  osState: z.enum(['Generalized', 'Specialized']).optional(),
  hyperVGeneration: z.enum(['V1', 'V2']).optional(),
  architecture: z.enum(['x64', 'Arm64']).optional(),
  endOfLifeDate: future.optional(),
  identifier: z
    .strictObject({ publisher: z.string().max(128), offer: z.string().max(64), sku: z.string().max(64) })
    .optional(),
  recommended: z.looseObject({ vCPUs: range.optional(), memory: range.optional() }).optional(),
  disallowed: z.looseObject({ diskTypes: z.array(z.string()).optional() }).optional(),
  purchasePlan: z
    .looseObject({ name: z.string().optional(), publisher: z.string().optional(), product: z.string().optional() })
    .optional(),
  features: z.array(z.looseObject({ name: z.string(), value: z.string() })).optional(),
  allowUpdateImage: z.boolean().optional(),
});

export const definitionBody = z.looseObject({ ...envelope, properties: definitionProperties.default({}) });

const targetRegion = z.looseObject({
  name: z.string(),
  regionalReplicaCount: z.int().min(1).max(100).optional(),
  storageAccountType: storageAccountType.optional(),
  excludeFromLatest: z.boolean().optional(),
});

const publishingProfile = z.looseObject({
  targetRegions: z.array(targetRegion).optional(),
  replicaCount: z.int().min(1).max(100).optional(),
  excludeFromLatest: z.boolean().optional(),
  publishedDate: z.string().optional(),
  endOfLifeDate: future.optional(),
  storageAccountType: storageAccountType.optional(),
  replicationMode: z.enum(['Full', 'Shallow']).optional(),
});

const artifactSource = z.looseObject({
  id: z.string().optional(),
  virtualMachineId: z.string().optional(),
  communityGalleryImageId: z.string().optional(),
  uri: z.string().optional(),
  storageAccountId: z.string().optional(),
});

const diskImage = z.looseObject({ source: artifactSource.optional(), sizeInGB: z.number().optional() });

const storageProfile = z.looseObject({
  source: artifactSource.optional(),
  osDiskImage: diskImage.optional(),
  dataDiskImages: z.array(z.looseObject({ ...diskImage.shape, lun: z.int() })).optional(),
});

const safetyProfile = z.looseObject({
  allowDeletionOfReplicatedLocations: z.boolean().optional(),
  blockDeletionBeforeEndOfLife: z.boolean().optional(),
});

export const versionBody = z.looseObject({
  ...envelope,
  properties: z
    .looseObject({
      publishingProfile: publishingProfile.optional(),
      storageProfile: storageProfile.optional(),
      safetyProfile: safetyProfile.optional(),
    })
    .default({}),
});

export type DefinitionProperties = z.output<typeof definitionProperties>;
export type PublishingProfile = z.output<typeof publishingProfile>;
export type TargetRegion = z.output<typeof targetRegion>;
export type StorageProfile = z.output<typeof storageProfile>;
export type VersionBody = z.output<typeof versionBody>;

export interface VersionProperties {
  publishingProfile: PublishingProfile & { targetRegions: TargetRegion[] };
  storageProfile: StorageProfile;
  safetyProfile: z.output<typeof safetyProfile>;
}

/** One region's replica: when its copy began, and when it is or would be complete. */
export interface Replica {
  startedAt: number;
  doneAt: number;
  fails: boolean;
}

export interface VersionState {
  /** By display name of the region. */
  replicas: Record<string, Replica>;
  /** Created successfully once: virtual machines can be made of it. */
  usable: boolean;
  /** The guest that is in it. */
  guestImage: string;
  /** Virtual machines begun from it. */
  launches: number;
}

export type GalleryProperties = z.output<typeof galleryBody>['properties'];
export const galleries: ResourceType<GalleryProperties, object> = {
  name: 'Microsoft.Compute/galleries',
};
export const definitions: ResourceType<DefinitionProperties, object> = { name: 'Microsoft.Compute/galleries/images' };
export const versions: ResourceType<VersionProperties, VersionState> = {
  name: 'Microsoft.Compute/galleries/images/versions',
};
