import type { FaultFacts } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { ArmRequest } from './request.ts';
import type { Resource } from './resources.ts';

/** What an event tells about the request behind it; kept with the operation, which may outlive the process. */
export interface Cause {
  operationName: string;
  resourceUri: string;
  claims: Record<string, string>;
  correlationId: string;
  /** Only where an existing resource was changed. */
  httpRequest?: JsonObject;
  facts: FaultFacts;
}

/** The cause of a write ('write'), a deletion ('delete') or an action ('restart/action') on the request's target. */
export function causeOf(request: ArmRequest, verb: string, existed: boolean): Cause {
  return {
    operationName: `${request.target.type}/${verb}`,
    // As the caller spelt it: Azure's own events differ in case as well.
    resourceUri: uriOf(request),
    claims: request.caller.claims,
    correlationId: request.correlationId,
    ...(existed && { httpRequest: httpRequestOf(request) }),
    facts: request.facts,
  };
}

/** The same request, as the cause of what it does to another resource that goes with the first. */
export function causeOfDependent(cause: Cause, resource: Resource<unknown, unknown>, verb: 'write' | 'delete'): Cause {
  const method = verb === 'write' ? 'PUT' : 'DELETE';
  return {
    ...cause,
    operationName: `${resource.type}/${verb}`,
    resourceUri: resource.id,
    facts: { method, type: resource.type, id: resource.id, caller: cause.facts.caller },
  };
}

function uriOf({ path, target }: ArmRequest): string {
  const spelled = `/${path.split('/').filter(Boolean).join('/')}`;
  return target.action ? spelled.slice(0, -target.action.length - 1) : spelled;
}

function httpRequestOf({ clientRequestId, method, url }: ArmRequest): JsonObject {
  return { clientRequestId: clientRequestId ?? '', clientIpAddress: '127.0.0.1', method, url: url.href };
}
