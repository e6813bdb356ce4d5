import type { Arm } from '../arm.ts';
import { ArmError, type ErrorBody, invalidParameter, requiredParameter } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Operation } from '../longRunningOperations.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { regionDisplayName } from '../regions.ts';
import { type ArmRequest, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { newIncarnation, render } from '../resources.ts';
import {
  beginDelete,
  beginWrite,
  refuseWhileBusy,
  requireLocation,
  requireSameLocation,
  settle,
  writeReply,
} from '../writes.ts';
import { requireFutureEndOfLife } from './definitionRoutes.ts';
import {
  type StorageProfile,
  type VersionBody,
  type VersionProperties,
  versionBody,
  versions,
} from './galleryTypes.ts';
import { guestImageName } from './guestImageName.ts';
import { planReplicas, replicaState, replicationStatus, type Version, writeMs } from './replication.ts';
import { completeProfile } from './versionProfile.ts';
import {
  refuseBlockedDeletion,
  refuseWhileDeleting,
  requireSameSources,
  requireUpdatable,
} from './versionUpdateRules.ts';

const largestPart = 2 ** 31 - 1;

export function versionRoutes(arm: Arm): Route[] {
  arm.operations.define('writeVersion', (operation, failure) => endWrite(arm, operation, failure));
  const path = 'microsoft.compute/galleries/:gallery/images/:definition/versions/:version';
  return [
    ...readRoutes(arm, versions, path, (version, request) => show(arm, version, request)),
    { method: 'PUT', path: `${inGroup}/${path}`, handle: (request) => put(arm, request) },
    { method: 'PATCH', path: `${inGroup}/${path}`, handle: (request) => patch(arm, request) },
    { method: 'DELETE', path: `${inGroup}/${path}`, handle: (request) => remove(arm, request) },
  ];
}

function show(arm: Arm, version: Version, { url, target }: ArmRequest): JsonObject {
  const shown = render(version);
  const expand = url.searchParams.get('$expand')?.toLowerCase() ?? '';
  if (!target.name || !expand.includes('replicationstatus')) return shown;
  const status = replicationStatus(version, arm.clock.now());
  return { ...shown, properties: { ...version.properties, replicationStatus: status } };
}

function put(arm: Arm, request: ArmRequest): Reply {
  const before = arm.resources.find(versions, request.target.id);
  const body = parseBody(request, versionBody);
  if (!before) return create(arm, request, body);
  requireSameLocation(before, body.location);
  return update(arm, request, before, body, body.properties.publishingProfile ?? {});
}

function patch(arm: Arm, request: ArmRequest): Reply {
  const before = arm.resources.get(versions, request.target);
  const body = parseBody(request, versionBody);
  const kept = before.properties.publishingProfile;
  return update(arm, request, before, body, { ...kept, ...body.properties.publishingProfile });
}

function create(arm: Arm, request: ArmRequest, body: VersionBody): Reply {
  const { target } = request;
  arm.resources.requireParent(target);
  requireVersionName(target.name);
  const location = requireLocation(body.location);
  regionDisplayName(location);
  const { publishingProfile = {}, storageProfile = {}, safetyProfile = {} } = body.properties;
  requireFutureEndOfLife(request, undefined, publishingProfile);
  const guestImage = requireSource(arm, storageProfile);
  const profile = completeProfile(publishingProfile, location, undefined, request.at);
  const replicas = planReplicas(arm, request.facts, profile, {});
  const version: Version = {
    id: target.id,
    name: target.name,
    type: versions.name,
    location,
    ...(body.tags && { tags: body.tags }),
    properties: {
      publishingProfile: profile,
      storageProfile: withSizes(storageProfile),
      safetyProfile: { allowDeletionOfReplicatedLocations: true, reportedForPolicyViolation: false, ...safetyProfile },
    },
    systemData: systemData(request),
    incarnation: newIncarnation(),
    state: { replicas, usable: false, guestImage, launches: 0 },
  };
  const afterMs = writeMs(arm, profile, {}, replicas);
  return writeReply(
    arm,
    request,
    201,
    beginWrite(arm, request, version, { existed: false, afterMs, work: 'writeVersion' }),
  );
}

function update(
  arm: Arm,
  request: ArmRequest,
  before: Version,
  body: VersionBody,
  sent: VersionProperties['publishingProfile'] | NonNullable<VersionBody['properties']['publishingProfile']>,
): Reply {
  refuseWhileDeleting(before);
  refuseWhileBusy(arm, before);
  requireFutureEndOfLife(request, before.properties.publishingProfile, sent);
  requireSameSources(before.properties.storageProfile, body.properties.storageProfile ?? {});
  const profile = completeProfile(sent, before.location ?? '', before.properties.publishingProfile, request.at);
  const properties: VersionProperties = {
    ...before.properties,
    publishingProfile: profile,
    safetyProfile: { ...before.properties.safetyProfile, ...body.properties.safetyProfile },
  };
  requireUpdatable(before, properties);
  const replicas = planReplicas(arm, request.facts, profile, before.state.replicas);
  const version = {
    ...before,
    ...(body.tags && { tags: body.tags }),
    properties,
    systemData: systemData(request, before.systemData),
    state: { ...before.state, replicas },
  };
  const written = beginWrite(arm, request, version, {
    existed: true,
    afterMs: writeMs(arm, profile, before.state.replicas, replicas),
    work: 'writeVersion',
    details: { previous: before.properties },
  });
  return writeReply(arm, request, 200, written);
}

function remove(arm: Arm, request: ArmRequest): Reply {
  const version = arm.resources.find(versions, request.target.id);
  if (version) {
    refuseWhileBusy(arm, version);
    refuseBlockedDeletion(arm, version);
  }
  return beginDelete(arm, request, version, { afterMs: arm.settings.updateMs });
}

/** A version is usable once its home region holds it; without that its creation has failed. */
function endWrite(arm: Arm, operation: Operation, planned: ErrorBody | undefined): ErrorBody | undefined {
  const version = arm.resources.find(versions, operation.resourceId);
  const failure = planned ?? (version && failureAtHome(arm, version));
  if (version && !failure) arm.resources.put({ ...version, state: { ...version.state, usable: true } });
  settle(arm, operation, failure !== undefined);
  return failure;
}

function failureAtHome(arm: Arm, { location = '', state }: Version): ErrorBody | undefined {
  const region = regionDisplayName(location);
  const replica = state.replicas[region];
  if (!replica || replicaState(replica, arm.clock.now()) !== 'Failed') return undefined;
  return { code: 'ReplicationFailed', message: `Replication to region '${region}' failed.` };
}

function requireVersionName(name: string): void {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(name)?.slice(1) ?? [];
  if (parts.length === 3 && parts.every((part) => Number(part) <= largestPart)) return;
  throw invalidParameter(
    'galleryImageVersionName',
    `The entity name 'galleryImageVersionName' is invalid: '${name}'. It must be Major.Minor.Patch, each a 32-bit integer.`,
  );
}

function requireSource(arm: Arm, { source, osDiskImage }: StorageProfile): string {
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

function withSizes(profile: StorageProfile): StorageProfile {
  return {
    dataDiskImages: [],
    ...profile,
    osDiskImage: { sizeInGB: 30, hostCaching: 'ReadWrite', ...profile.osDiskImage },
  };
}
