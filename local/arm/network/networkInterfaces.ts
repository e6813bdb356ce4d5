import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Arm } from '../arm.ts';
import { causeOf } from '../cause.ts';
import { ArmError } from '../errors.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { newIncarnation, type Resource, type ResourceType, render } from '../resources.ts';
import type { NetworkInterfaceConfiguration } from '../virtualMachines/virtualMachineTypes.ts';
import { beginDelete, requireLocation } from '../writes.ts';

const ipConfiguration = z.looseObject({ name: z.string(), properties: z.looseObject({}).default({}) });
const body = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.looseObject({ ipConfigurations: z.array(ipConfiguration).min(1) }),
});

interface NetworkInterfaceProperties {
  ipConfigurations: z.output<typeof ipConfiguration>[];
  virtualMachine?: { id: string };
  [name: string]: unknown;
}
type NetworkInterface = Resource<NetworkInterfaceProperties, object>;

export const networkInterfaces: ResourceType<NetworkInterfaceProperties, object> = {
  name: 'Microsoft.Network/networkInterfaces',
};

export function networkInterfaceRoutes(arm: Arm): Route[] {
  const path = 'microsoft.network/networkinterfaces/:nic';
  return [
    ...readRoutes(arm, networkInterfaces, path),
    { method: 'PUT', path: `${inGroup}/${path}`, handle: (request) => put(arm, request) },
    { method: 'DELETE', path: `${inGroup}/${path}`, handle: (request) => remove(arm, request) },
  ];
}

function put(arm: Arm, request: ArmRequest): Reply {
  const { target } = request;
  arm.resources.requireParent(target);
  const sent = parseBody(request, body);
  const before = arm.resources.find(networkInterfaces, target.id);
  const nic: NetworkInterface = {
    id: target.id,
    name: target.name,
    type: networkInterfaces.name,
    location: before?.location ?? requireLocation(sent.location),
    ...(sent.tags && { tags: sent.tags }),
    properties: withAddresses(target.id, { ...before?.properties, ...sent.properties, provisioningState: 'Succeeded' }),
    systemData: systemData(request, before?.systemData),
    incarnation: before?.incarnation ?? newIncarnation(),
    state: {},
  };
  arm.resources.put(nic);
  arm.events.raise(causeOf(request, 'write', before !== undefined));
  return { status: before ? 200 : 201, body: render(nic) };
}

function remove(arm: Arm, request: ArmRequest): Reply {
  const nic = arm.resources.find(networkInterfaces, request.target.id);
  const user = nic?.properties.virtualMachine?.id;
  if (nic && user) {
    throw new ArmError(400, {
      code: 'NicInUse',
      message: `Network Interface ${nic.id} is used by existing resource ${user}. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.`,
    });
  }
  return beginDelete(arm, request, nic, { afterMs: arm.settings.updateMs });
}

/** The network interface that a virtual machine's own configuration asks for. */
export function networkInterfaceOf(
  request: ArmRequest,
  vm: { id: string; location: string },
  { name, properties }: NetworkInterfaceConfiguration,
): NetworkInterface {
  const nicName = `${name}-${randomBytes(4).toString('hex')}`;
  const group = vm.id.slice(0, vm.id.indexOf('/providers/'));
  const id = `${group}/providers/Microsoft.Network/networkInterfaces/${nicName}`;
  const { deleteOption: _option, ipConfigurations, ...rest } = properties;
  return {
    id,
    name: nicName,
    type: networkInterfaces.name,
    location: vm.location,
    properties: withAddresses(id, {
      ...rest,
      provisioningState: 'Succeeded',
      ipConfigurations: ipConfigurations.map((ip) => ({ ...ip, properties: { ...ip.properties } })),
      virtualMachine: { id: vm.id },
    }),
    systemData: systemData(request),
    incarnation: newIncarnation(),
    state: {},
  };
}

function withAddresses(id: string, properties: NetworkInterfaceProperties): NetworkInterfaceProperties {
  const ipConfigurations = properties.ipConfigurations.map((ip, index) => ({
    ...ip,
    id: `${id}/ipConfigurations/${ip.name}`,
    properties: {
      primary: index === 0,
      privateIPAddress: `10.0.${randomBytes(1)[0]}.${((randomBytes(1)[0] ?? 0) % 250) + 4}`,
      privateIPAllocationMethod: 'Dynamic',
      privateIPAddressVersion: 'IPv4',
      provisioningState: 'Succeeded',
      ...ip.properties,
    },
  }));
  const mac = `000D3A${randomBytes(3).toString('hex').toUpperCase()}`.replace(/(..)(?=.)/g, '$1-');
  return { macAddress: mac, enableIPForwarding: false, ...properties, ipConfigurations };
}
