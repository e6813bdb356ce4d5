import type { Arm } from '../arm.ts';
import { ArmError, invalidParameter, requiredParameter } from '../errors.ts';
import type { StorageProfile } from './galleryTypes.ts';
import { guestImageName } from './guestImageName.ts';

const largestPart = 2 ** 31 - 1;

/** Major.Minor.Patch, each a 32-bit integer. */
export function requireVersionName(name: string): void {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(name)?.slice(1) ?? [];
  if (parts.length === 3 && parts.every((part) => Number(part) <= largestPart)) return;
  throw invalidParameter(
    'galleryImageVersionName',
    `The entity name 'galleryImageVersionName' is invalid: '${name}'. It must be Major.Minor.Patch, each a 32-bit integer.`,
  );
}

/** The guest image behind the source; every version needs one. */
export function requireSource(arm: Arm, { source, osDiskImage }: StorageProfile): string {
  const given = source ?? osDiskImage?.source;
  const id =
    given?.id ?? given?.virtualMachineId ?? given?.communityGalleryImageId ?? given?.uri ?? given?.storageAccountId;
  if (!id) throw requiredParameter('galleryImageVersion.properties.storageProfile.source.id');
  const name = guestImageName(arm, given?.uri ?? id);
  const problem = arm.machines.imageProblem(name);
  if (!problem) return name;
  throw new ArmError(404, {
    code: 'NotFound',
    message: `The source '${id}' was not found: ${problem}`,
    target: 'galleryImageVersion.properties.storageProfile.source.id',
  });
}

/** What Azure answers for the disks of a source. */
export function withSizes(profile: StorageProfile): StorageProfile {
  return {
    dataDiskImages: [],
    ...profile,
    osDiskImage: { sizeInGB: 30, hostCaching: 'ReadWrite', ...profile.osDiskImage },
  };
}
