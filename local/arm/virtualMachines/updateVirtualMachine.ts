import type { Arm } from '../arm.ts';
import { propertyChangeNotAllowed } from '../errors.ts';
import { type ArmRequest, type Reply, systemData } from '../request.ts';
import { beginWrite, writeReply } from '../writes.ts';
import type { VirtualMachine, VirtualMachineBody, VirtualMachineProperties } from './virtualMachineTypes.ts';

/** PUT or PATCH on a virtual machine that is there: tags, delete options and the like. */
export function updateVirtualMachine(
  arm: Arm,
  request: ArmRequest,
  before: VirtualMachine,
  body: VirtualMachineBody,
): Reply {
  requireSameIdentity(before.properties, body.properties);
  const vm: VirtualMachine = {
    ...before,
    ...(body.tags && { tags: body.tags }),
    properties: merged(before.properties, body.properties),
    systemData: systemData(request, before.systemData),
  };
  const details = { previous: before.properties };
  const written = beginWrite(arm, request, vm, { existed: true, afterMs: arm.settings.updateMs, details });
  return writeReply(arm, request, 200, written);
}

/** Image, account and security type are set once. */
function requireSameIdentity(was: VirtualMachineProperties, sent: VirtualMachineProperties): void {
  const fixed: [path: string, read: (properties: VirtualMachineProperties) => string | undefined][] = [
    ['imageReference', ({ storageProfile }) => storageProfile?.imageReference?.id?.toLowerCase()],
    ['osProfile.adminUsername', ({ osProfile }) => osProfile?.adminUsername],
    ['osProfile.computerName', ({ osProfile }) => osProfile?.computerName],
    ['securityProfile.securityType', ({ securityProfile }) => securityProfile?.securityType],
  ];
  for (const [path, read] of fixed) {
    const value = read(sent);
    if (value !== undefined && value !== read(was)) throw propertyChangeNotAllowed(path);
  }
}

function merged(was: VirtualMachineProperties, sent: VirtualMachineProperties): VirtualMachineProperties {
  const { osProfile: _osProfile, networkProfile, storageProfile, ...rest } = sent;
  const networkInterfaces = networkProfile?.networkInterfaces ?? was.networkProfile?.networkInterfaces ?? [];
  return {
    ...was,
    ...rest,
    networkProfile: { ...was.networkProfile, networkInterfaces },
    storageProfile: { ...was.storageProfile, osDisk: { ...was.storageProfile?.osDisk, ...storageProfile?.osDisk } },
  };
}
