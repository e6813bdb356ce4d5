import type { Arm } from '../arm.ts';
import { ArmError, operationNotAllowed, propertyChangeNotAllowed } from '../errors.ts';
import { sameJson } from '../json.ts';
import type { StorageProfile, VersionProperties } from './galleryTypes.ts';
import type { Version } from './replication.ts';

/** Refuses what cannot be changed once a version is there. */
export function requireUpdatable(before: Version, after: VersionProperties): void {
  const [was, is] = [before.properties.publishingProfile, after.publishingProfile];
  const profile = 'galleryImageVersion.properties.publishingProfile';
  if (is.replicationMode !== was.replicationMode) throw propertyChangeNotAllowed(`${profile}.replicationMode`);
  if (is.storageAccountType !== was.storageAccountType) throw propertyChangeNotAllowed(`${profile}.storageAccountType`);
  for (const region of is.targetRegions) {
    const earlier = was.targetRegions.find(({ name }) => name === region.name);
    if (earlier && earlier.storageAccountType !== region.storageAccountType) {
      throw propertyChangeNotAllowed(`${profile}.targetRegions.storageAccountType`);
    }
  }
  const dropped = was.targetRegions.find(({ name }) => !is.targetRegions.some((region) => region.name === name));
  if (dropped && after.safetyProfile.allowDeletionOfReplicatedLocations === false) {
    throw operationNotAllowed(
      `Removing region '${dropped.name}' from Gallery image version '${before.id}' is not allowed because allowDeletionOfReplicatedLocations is false.`,
    );
  }
}

/** Sources may be sent again, but not changed. */
export function requireSameSources(before: StorageProfile, sent: StorageProfile): void {
  const images: [string, StorageProfile['osDiskImage'], StorageProfile['osDiskImage']][] = [
    ['', before, sent],
    ['osDiskImage.', before.osDiskImage, sent.osDiskImage],
    ...(sent.dataDiskImages ?? []).map(
      (image): [string, StorageProfile['osDiskImage'], StorageProfile['osDiskImage']] => [
        'dataDiskImages.',
        before.dataDiskImages?.find(({ lun }) => lun === image.lun),
        image,
      ],
    ),
  ];
  for (const [path, was, is] of images) {
    if (is?.source && !sameJson(lowerCased(is.source), lowerCased(was?.source ?? {}))) {
      throw propertyChangeNotAllowed(`galleryImageVersion.properties.storageProfile.${path}source.id`);
    }
  }
}

const lowerCased = (value: object): unknown => JSON.parse(JSON.stringify(value).toLowerCase());

export function refuseWhileDeleting({ name, properties }: Version): void {
  if (properties.provisioningState !== 'Deleting') return;
  throw operationNotAllowed(
    `Operation 'Update Gallery Image Version' is not on allowed on ${name}; since it is marked for deletion. You can only retry the Delete operation (or wait for an ongoing one to complete)`,
  );
}

export function refuseBlockedDeletion(arm: Arm, { properties }: Version): void {
  const { endOfLifeDate } = properties.publishingProfile;
  if (!properties.safetyProfile.blockDeletionBeforeEndOfLife) return;
  if (!endOfLifeDate || Date.parse(endOfLifeDate) <= arm.clock.now()) return;
  throw new ArmError(409, {
    code: 'DeleteGalleryImageVersionBlockedBeforeEndOfLife',
    message:
      'Deletion of Gallery image version is not allowed because the image is enabled for blockDeletionBeforeEndOfLife and its endOfLifeDate has not reached yet',
  });
}
