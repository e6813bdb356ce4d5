import type { Arm } from './arm.ts';
import { causeOf } from './cause.ts';
import { ArmError, conflict, type ErrorBody } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Operation } from './longRunningOperations.ts';
import { regionName } from './regions.ts';
import type { ArmRequest, Reply } from './request.ts';
import { type Resource, render } from './resources.ts';

interface WriteOptions {
  existed: boolean;
  /** The work that ends it, where settling the provisioning state is not all. */
  work?: string;
  afterMs?: number;
  waitsFor?: string[];
  details?: JsonObject;
  plannedError?: ErrorBody | undefined;
}

/** Marks a resource as being written and starts the operation that will settle it. */
export function beginWrite<P, S>(
  arm: Arm,
  request: ArmRequest,
  resource: Resource<P, S>,
  options: WriteOptions,
): { resource: Resource<P, S>; operation: Operation } {
  const { existed, ...rest } = options;
  const operation = arm.operations.begin({
    work: 'write',
    ...rest,
    resourceId: resource.id,
    family: familyOf(resource),
    region: resource.location ?? arm.location,
    cause: causeOf(request, 'write', existed),
  });
  const provisioningState = existed ? 'Updating' : 'Creating';
  const properties = { ...resource.properties, provisioningState };
  return { resource: arm.resources.put({ ...resource, properties, activeOperation: operation.id }), operation };
}

/** The answer to a write that goes on. */
export function writeReply(
  arm: Arm,
  request: ArmRequest,
  status: 200 | 201,
  { resource, operation }: { resource: Resource<unknown, unknown>; operation: Operation },
): Reply {
  return { status, body: render(resource), headers: arm.operations.headers(request, operation) };
}

/** Starts the deletion of a resource; what is not there is gone already. */
export function beginDelete(
  arm: Arm,
  request: ArmRequest,
  resource: Resource<unknown, unknown> | undefined,
  options: { afterMs: number; work?: string; details?: JsonObject },
): Reply {
  if (!resource) return { status: 204 };
  const { afterMs, work = 'delete', details } = options;
  const running = resource.properties.provisioningState === 'Deleting' && resource.activeOperation;
  const operation =
    (running && arm.operations.get(running)) ||
    arm.operations.begin({
      work,
      resourceId: resource.id,
      family: familyOf(resource),
      region: resource.location ?? arm.location,
      cause: causeOf(request, 'delete', true),
      afterMs,
      ...(details && { details }),
    });
  const properties = { ...resource.properties, provisioningState: 'Deleting' };
  arm.resources.put({ ...resource, properties, activeOperation: operation.id });
  return { status: 202, headers: arm.operations.headers(request, operation) };
}

/** The works of plain writes and deletions. A failed update leaves the resource as it was, and Failed. */
export function defineWrites(arm: Arm): void {
  arm.operations.define('write', (operation, failure) => {
    settle(arm, operation, failure !== undefined);
    return failure;
  });
  arm.operations.define('delete', (operation, failure) => {
    if (failure) settle(arm, operation, true);
    else arm.resources.remove(operation.resourceId);
    return failure;
  });
}

/** Writes the terminal provisioning state, unless a later operation has taken over. */
export function settle(arm: Arm, operation: Operation, failed: boolean): void {
  const resource = arm.resources.byId(operation.resourceId);
  if (resource?.activeOperation !== operation.id) return;
  const { activeOperation: _ended, ...rest } = resource;
  const before = failed && operation.details.previous;
  const properties = typeof before === 'object' && before !== null ? before : resource.properties;
  const provisioningState = failed ? 'Failed' : 'Succeeded';
  arm.resources.put({ ...rest, properties: { ...properties, provisioningState } });
}

/** Refuses a write on a resource that another operation holds, as far as the settings want that. */
export function refuseWhileBusy(arm: Arm, resource: Resource<unknown, unknown>): void {
  const busy = ['Creating', 'Updating'].includes(resource.properties.provisioningState ?? '');
  if (busy && arm.settings.writesWhileUpdating === 'refuse') throw conflict();
}

/** A resource's location is set once. */
export function requireSameLocation(resource: Resource<unknown, unknown>, location: string | undefined): void {
  if (location === undefined || regionName(location) === regionName(resource.location ?? location)) return;
  throw new ArmError(409, {
    code: 'InvalidResourceLocation',
    message: `The resource '${resource.name}' already exists in location '${resource.location}'. A resource with the same name cannot be created in location '${regionName(location)}'. Please select a new resource name.`,
  });
}

/** The location of a new resource, in ARM's spelling. */
export function requireLocation(location: string | undefined): string {
  if (location !== undefined && location !== '') return regionName(location);
  throw new ArmError(400, {
    code: 'LocationRequired',
    message: 'The location property is required for this definition.',
  });
}

function familyOf({ type }: Resource<unknown, unknown>): Operation['family'] {
  if (type.startsWith('Microsoft.Compute/galleries')) return 'capsOperations';
  return type === 'Microsoft.Resources/deployments' ? 'operationStatuses' : 'operations';
}
