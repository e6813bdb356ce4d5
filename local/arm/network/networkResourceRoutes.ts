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
  sku: z.looseObject({}).optional(),
  properties: z.looseObject({ subnets: z.array(subnet).optional() }).default({}),
});

type NetworkProperties = z.output<typeof networkBody>['properties'];
type NetworkType = ResourceType<NetworkProperties, object>;

export const virtualNetworks: NetworkType = { name: 'Microsoft.Network/virtualNetworks' };
const networkTypes: NetworkType[] = [
  virtualNetworks,
  { name: 'Microsoft.Network/networkSecurityGroups' },
  { name: 'Microsoft.Network/publicIPAddresses' },
  // A model alone: who asks which image is used finds it in Resource Graph.
  { name: 'Microsoft.Compute/virtualMachineScaleSets' },
];

/** What clients make around a virtual machine. Nothing flows through it: what was put comes back. */
export function networkResourceRoutes(arm: Arm): Route[] {
  const subnets = `${inGroup}/microsoft.network/virtualnetworks/:network/subnets/:subnet`;
  return [
    ...networkTypes.flatMap((type) => routesOf(arm, type)),
    { method: 'GET', path: subnets, handle: (request) => getSubnet(arm, request) },
  ];
}

function routesOf(arm: Arm, type: NetworkType): Route[] {
  const path = `${type.name.toLowerCase()}/:name`;
  const { updateMs } = arm.settings;
  return [
    ...readRoutes(arm, type, path),
    { method: 'PUT', path: `${inGroup}/${path}`, handle: (request) => put(arm, type, request) },
    {
      method: 'DELETE',
      path: `${inGroup}/${path}`,
      handle: (request) =>
        beginDelete(arm, request, arm.resources.find(type, request.target.id), { afterMs: updateMs }),
    },
  ];
}

function put(arm: Arm, type: NetworkType, request: ArmRequest): Reply {
  const { target } = request;
  arm.resources.requireParent(target);
  const { properties, location, tags, sku } = parseBody(request, networkBody);
  const before = arm.resources.find(type, target.id);
  const subnets = properties.subnets?.map((one) => ({
    ...one,
    id: `${target.id}/subnets/${one.name}`,
    properties: { ...one.properties, provisioningState: 'Succeeded' },
  }));
  const resource = arm.resources.put({
    id: target.id,
    name: target.name,
    type: type.name,
    location: before?.location ?? requireLocation(location),
    ...(tags && { tags }),
    ...(sku && { sku }),
    properties: { ...properties, ...(subnets && { subnets }), provisioningState: 'Succeeded' },
    systemData: systemData(request, before?.systemData),
    incarnation: before?.incarnation ?? newIncarnation(),
    state: {},
  });
  arm.events.raise(causeOf(request, 'write', before !== undefined));
  return { status: before ? 200 : 201, body: render(resource) };
}

function getSubnet(arm: Arm, { target }: ArmRequest): Reply {
  const parent = { type: virtualNetworks.name, id: parentOf(target.id), key: parentOf(target.key) };
  const network = arm.resources.get(virtualNetworks, { ...target, ...parent });
  const found = network.properties.subnets?.find(({ name }) => name.toLowerCase() === target.name.toLowerCase());
  if (found) return { status: 200, body: found };
  throw resourceNotFound(target);
}
