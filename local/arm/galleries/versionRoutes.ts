import type { Arm } from '../arm.ts';
import type { ErrorBody } from '../errors.ts';
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
  type PublishingProfile,
  type VersionBody,
  type VersionProperties,
  type VersionState,
  versionBody,
  versions,
} from './galleryTypes.ts';
import { planReplicas, replicaState, replicationStatus, type Version, writeMs } from './replication.ts';
import { requireSource, requireVersionName, withSizes } from './versionCreationRules.ts';
import { completeProfile } from './versionProfile.ts';
import {
  refuseBlockedDeletion,
  refuseWhileDeleting,
  requireSameSources,
  requireUpdatable,
} from './versionUpdateRules.ts';

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

function update(arm: Arm, request: ArmRequest, before: Version, body: VersionBody, sent: PublishingProfile): Reply {
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
    details: { previous: before.properties, replicas: before.state.replicas },
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
  const replicas = failure && replicasBefore(operation);
  const usable = version?.state.usable || !failure;
  if (version) arm.resources.put({ ...version, state: { ...version.state, usable, ...(replicas && { replicas }) } });
  settle(arm, operation, failure !== undefined);
  return failure;
}

/** What an update that failed goes back to. */
function replicasBefore({ details }: Operation): VersionState['replicas'] | undefined {
  // Written by update(), above.
  return details.replicas as VersionState['replicas'] | undefined;
}

function failureAtHome(arm: Arm, { location = '', state }: Version): ErrorBody | undefined {
  const region = regionDisplayName(location);
  const replica = state.replicas[region];
  if (!replica || replicaState(replica, arm.clock.now()) !== 'Failed') return undefined;
  return { code: 'ReplicationFailed', message: `Replication to region '${region}' failed.` };
}
