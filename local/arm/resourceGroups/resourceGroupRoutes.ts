import { z } from 'zod';
import type { Arm } from '../arm.ts';
import { causeOf } from '../cause.ts';
import { ArmError } from '../errors.ts';
import { page } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { newIncarnation, type Resource, type ResourceType, render } from '../resources.ts';
import { requireLocation, requireSameLocation } from '../writes.ts';

const body = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

export const resourceGroups: ResourceType<object, object> = { name: 'Microsoft.Resources/resourceGroups' };

export function resourceGroupRoutes(arm: Arm): Route[] {
  const item = '/subscriptions/:s/resourcegroups/:g';
  const find = ({ target }: ArmRequest) => arm.resources.find(resourceGroups, target.id);
  return [
    { method: 'GET', path: item, handle: (request) => get(find(request), request) },
    { method: 'PUT', path: item, handle: (request) => put(arm, request) },
    {
      method: 'GET',
      path: '/subscriptions/:s/resourcegroups',
      handle: (request) => page(request, arm.resources.ofType(resourceGroups), show),
    },
  ];
}

function put(arm: Arm, request: ArmRequest): Reply {
  const { target } = request;
  const sent = parseBody(request, body);
  const before = arm.resources.find(resourceGroups, target.id);
  if (before) requireSameLocation(before, sent.location);
  const group = arm.resources.put({
    id: target.id,
    name: target.name,
    type: resourceGroups.name,
    location: before?.location ?? requireLocation(sent.location),
    ...(sent.tags && { tags: sent.tags }),
    properties: { provisioningState: 'Succeeded' },
    systemData: systemData(request, before?.systemData),
    incarnation: before?.incarnation ?? newIncarnation(),
    state: {},
  });
  arm.events.raise({
    ...causeOf(request, 'write', before !== undefined),
    operationName: 'Microsoft.Resources/subscriptions/resourceGroups/write',
  });
  return { status: before ? 200 : 201, body: show(group) };
}

/** GET, and HEAD, which only asks whether it is there. */
function get(group: Resource<object, object> | undefined, { target, method }: ArmRequest): Reply {
  if (method === 'HEAD') return { status: group ? 204 : 404 };
  if (group) return { status: 200, body: show(group) };
  throw new ArmError(404, {
    code: 'ResourceGroupNotFound',
    message: `Resource group '${target.resourceGroup}' could not be found.`,
  });
}

function show(group: Resource<object, object>) {
  const { systemData: _data, ...shown } = render(group);
  return shown;
}
