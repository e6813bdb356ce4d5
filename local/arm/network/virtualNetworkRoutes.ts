import { z } from 'zod';
import type { Arm } from '../arm.ts';
import { causeOf } from '../cause.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { newIncarnation, parentOf, type ResourceType, render, resourceNotFound } from '../resources.ts';
import { beginDelete, requireLocation } from '../writes.ts';

const subnet = z.looseObject({ name: z.string(), properties: z.looseObject({}).default({}) });
const networkBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.looseObject({ subnets: z.array(subnet).default([]) }).default({ subnets: [] }),
});

type Subnet = z.output<typeof subnet>;

export const virtualNetworks: ResourceType<{ subnets: Subnet[]; [name: string]: unknown }, object> = {
  name: 'Microsoft.Network/virtualNetworks',
};

/** Virtual networks, as far as clients that make a virtual machine look at them: what was put comes back. */
export function virtualNetworkRoutes(arm: Arm): Route[] {
  const path = 'microsoft.network/virtualnetworks/:network';
  return [
    ...readRoutes(arm, virtualNetworks, path),
    { method: 'PUT', path: `${inGroup}/${path}`, handle: (request) => put(arm, request) },
    {
      method: 'DELETE',
      path: `${inGroup}/${path}`,
      handle: (request) =>
        beginDelete(arm, request, arm.resources.find(virtualNetworks, request.target.id), {
          afterMs: arm.settings.updateMs,
        }),
    },
    { method: 'GET', path: `${inGroup}/${path}/subnets/:subnet`, handle: (request) => getSubnet(arm, request) },
  ];
}

function put(arm: Arm, request: ArmRequest): Reply {
  const { target } = request;
  arm.resources.requireParent(target);
  const sent = parseBody(request, networkBody);
  const before = arm.resources.find(virtualNetworks, target.id);
  const subnets = sent.properties.subnets.map((one) => ({
    ...one,
    id: `${target.id}/subnets/${one.name}`,
    properties: { ...one.properties, provisioningState: 'Succeeded' },
  }));
  const network = arm.resources.put({
    id: target.id,
    name: target.name,
    type: virtualNetworks.name,
    location: before?.location ?? requireLocation(sent.location),
    ...(sent.tags && { tags: sent.tags }),
    properties: { ...sent.properties, subnets, provisioningState: 'Succeeded' },
    systemData: systemData(request, before?.systemData),
    incarnation: before?.incarnation ?? newIncarnation(),
    state: {},
  });
  arm.events.raise(causeOf(request, 'write', before !== undefined));
  return { status: before ? 200 : 201, body: render(network) };
}

function getSubnet(arm: Arm, { target }: ArmRequest): Reply {
  const network = arm.resources.get(virtualNetworks, {
    ...target,
    type: virtualNetworks.name,
    id: parentOf(target.id),
    key: parentOf(target.key),
  });
  const found = network.properties.subnets.find(({ name }) => name.toLowerCase() === target.name.toLowerCase());
  if (found) return { status: 200, body: found };
  throw resourceNotFound(target);
}
