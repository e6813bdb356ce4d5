import type { Arm } from './arm.ts';
import { ArmError } from './errors.ts';
import { operationStatus } from './longRunningOperations.ts';
import type { ArmRequest, Reply, Route } from './request.ts';
import { render } from './resources.ts';

/** The status of long-running operations, in the two ways of asking: status document, and result once done. */
export function operationRoutes(arm: Arm): Route[] {
  const base = '/subscriptions/:s/providers/microsoft.compute/locations/:region';
  return ['capsoperations', 'operations'].map((family) => ({
    method: 'GET',
    path: `${base}/${family}/:id`,
    handle: (request) => status(arm, request),
  }));
}

function status(arm: Arm, request: ArmRequest): Reply {
  const id = request.path.slice(request.path.lastIndexOf('/') + 1).toLowerCase();
  const operation = arm.operations.get(id);
  if (!operation) {
    throw new ArmError(404, { code: 'NotFound', message: `The entity was not found: operation '${id}'.` });
  }
  const running = operation.status === 'InProgress';
  const headers = running ? arm.operations.retryAfter() : {};
  if (!request.url.searchParams.has('monitor')) return { status: 200, body: operationStatus(operation), headers };
  if (running) return { status: 202, headers: { ...headers, Location: request.url.href } };
  if (operation.error) throw new ArmError(409, operation.error);
  const resource = operation.cause.operationName.endsWith('/write')
    ? arm.resources.byId(operation.resourceId)
    : undefined;
  const body = operation.output ?? (resource && render(resource));
  return body === undefined ? { status: 200 } : { status: 200, body };
}
