import type { Arm } from '../arm.ts';
import { ArmError, requiredParameter } from '../errors.ts';
import { type DefinitionProperties, definitions, versions } from '../galleries/galleryTypes.ts';
import { hasLatest, latestVersion } from '../galleries/latestVersion.ts';
import { managedImages } from '../galleries/managedImageRoutes.ts';
import { isAvailableIn, type Version } from '../galleries/replication.ts';
import { parentOf } from '../resources.ts';
import type { VirtualMachineProperties } from './virtualMachineTypes.ts';

type ImageReference = NonNullable<NonNullable<VirtualMachineProperties['storageProfile']>['imageReference']>;

export interface SourceImage {
  guestImage: string;
  version?: Version;
  definition?: DefinitionProperties;
}

/** What a virtual machine in `region` is made of: a gallery version, the latest of a definition, an image. */
export function resolveImage(arm: Arm, reference: ImageReference | undefined, region: string): SourceImage {
  if (reference?.id) return resolveId(arm, reference.id, region);
  if (!reference?.sku) throw requiredParameter('imageReference');
  const { publisher, offer, sku, version = 'latest' } = reference;
  if (!arm.machines.imageProblem(sku)) return { guestImage: sku };
  throw new ArmError(404, {
    code: 'PlatformImageNotFound',
    message: `The platform image '${publisher}:${offer}:${sku}:${version}' is not available. Verify that all fields in the storage profile are correct.`,
    target: 'imageReference',
  });
}

function resolveId(arm: Arm, id: string, region: string): SourceImage {
  const image = arm.resources.find(managedImages, id);
  if (image) return { guestImage: image.state.guestImage };
  const definition = arm.resources.find(definitions, id);
  if (definition) {
    const latest = latestVersion(arm, id, region);
    if (latest) return fromVersion(latest, definition.properties);
    throw hasLatest(arm, id) ? notAvailable(id, region) : noLatest(id);
  }
  const version = arm.resources.find(versions, id);
  if (!version || !isAvailableIn(version, region, arm.clock.now())) throw notAvailable(id, region);
  return fromVersion(version, arm.resources.find(definitions, parentOf(id))?.properties);
}

function fromVersion(version: Version, definition: DefinitionProperties | undefined): SourceImage {
  return { guestImage: version.state.guestImage, version, ...(definition && { definition }) };
}

const noLatest = (id: string) =>
  new ArmError(404, {
    code: 'GalleryImageNotFound',
    message: `There is no latest image version exists for "${id}"`,
    target: 'imageReference',
  });

function notAvailable(id: string, region: string): ArmError {
  if (!id.toLowerCase().includes('/galleries/')) {
    return new ArmError(404, {
      code: 'ImageNotFound',
      message: `The Image '${id}' cannot be found in '${region}' region.`,
      target: 'imageReference',
    });
  }
  return new ArmError(404, {
    code: 'GalleryImageNotFound',
    message: `The gallery image ${id} is not available in ${region} region. Please contact image owner to replicate to this region, or change your requested region.`,
    target: 'imageReference',
  });
}
