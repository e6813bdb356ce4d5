import type { Arm } from '../arm.ts';
import { type Cause, causeOfDependent } from '../cause.ts';
import { ArmError, requiredParameter } from '../errors.ts';
import type { ArmRequest } from '../request.ts';
import type {
  NetworkInterfaceReference,
  VirtualMachine,
  VirtualMachineProperties,
} from '../virtualMachines/virtualMachineTypes.ts';
import { networkInterfaceOf, networkInterfaces } from './networkInterfaces.ts';

type NetworkProfile = VirtualMachineProperties['networkProfile'];

/** Makes the network interfaces that a virtual machine brings along, and takes those that it names. */
export function connectToNetwork(
  arm: Arm,
  request: ArmRequest,
  vm: VirtualMachine,
  cause: Cause,
): { networkInterfaces: NetworkInterfaceReference[] } {
  const { configurations, named } = requireInterfaces(vm.properties.networkProfile);
  const made = configurations.map((configuration): NetworkInterfaceReference => {
    const nic = networkInterfaceOf(request, { id: vm.id, location: vm.location ?? '' }, configuration);
    arm.resources.put(nic);
    arm.events.raise(causeOfDependent(cause, nic, 'write'));
    const { primary = true, deleteOption } = configuration.properties;
    return { id: nic.id, properties: { primary, ...(deleteOption && { deleteOption }) } };
  });
  for (const { id } of named) attach(arm, id, vm.id);
  return { networkInterfaces: [...named, ...made] };
}

function requireInterfaces(profile: NetworkProfile) {
  const {
    networkApiVersion,
    networkInterfaceConfigurations: configurations = [],
    networkInterfaces: named = [],
  } = profile ?? {};
  if (configurations.length > 0 && !networkApiVersion) throw requiredParameter('networkProfile.networkApiVersion');
  if (configurations.length + named.length === 0) throw requiredParameter('networkProfile');
  return { configurations, named };
}

function attach(arm: Arm, id: string, vmId: string): void {
  const nic = arm.resources.find(networkInterfaces, id);
  if (!nic) {
    throw new ArmError(400, {
      code: 'InvalidResourceReference',
      message: `Resource ${id} referenced by resource ${vmId} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    });
  }
  const user = nic.properties.virtualMachine?.id;
  if (user && user.toLowerCase() !== vmId.toLowerCase()) {
    throw new ArmError(400, {
      code: 'NicInUse',
      message: `Network Interface ${id} is used by existing resource ${user}.`,
    });
  }
  arm.resources.put({ ...nic, properties: { ...nic.properties, virtualMachine: { id: vmId } } });
}
