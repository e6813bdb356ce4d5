import type { Arm } from '../arm.ts';
import { type Cause, causeOfDependent } from '../cause.ts';
import type { ErrorBody } from '../errors.ts';
import type { Operation } from '../longRunningOperations.ts';
import { networkInterfaces } from '../network/networkInterfaces.ts';
import type { ArmRequest, Reply } from '../request.ts';
import type { Resource } from '../resources.ts';
import { runCommands } from '../runCommands/runCommandTypes.ts';
import { beginDelete, settle } from '../writes.ts';
import { disks, type VirtualMachine, virtualMachines } from './virtualMachineTypes.ts';

/** A forced deletion does not wait for the guest to shut down. */
const forcedDeleteShare = 0.2;
const preempted: ErrorBody = {
  code: 'OperationPreempted',
  message: 'Operation execution has been preempted by a more recent operation.',
};

export function defineDeletion(arm: Arm): void {
  arm.operations.define('deleteVirtualMachine', (operation, failure) => endDeletion(arm, operation, failure));
}

export function deleteVirtualMachine(arm: Arm, request: ArmRequest): Reply {
  const vm = arm.resources.find(virtualMachines, request.target.id);
  if (vm) preempt(arm, vm);
  const forced = request.url.searchParams.get('forceDeletion')?.toLowerCase() === 'true';
  const leaked = arm.faults.take('leak', request.facts)?.of ?? [];
  return beginDelete(arm, request, vm && arm.resources.find(virtualMachines, vm.id), {
    afterMs: arm.settings.vmDeleteMs * (forced ? forcedDeleteShare : 1),
    work: 'deleteVirtualMachine',
    details: { leaked },
  });
}

function preempt(arm: Arm, { activeOperation, properties }: VirtualMachine): void {
  if (!activeOperation || properties.provisioningState === 'Deleting') return;
  arm.operations.end(activeOperation, preempted);
}

function endDeletion(arm: Arm, operation: Operation, failure: ErrorBody | undefined): ErrorBody | undefined {
  const vm = arm.resources.find(virtualMachines, operation.resourceId);
  if (!vm || failure) {
    settle(arm, operation, true);
    return failure;
  }
  const leaked = Array.isArray(operation.details.leaked) ? operation.details.leaked : [];
  for (const command of arm.resources.collection(runCommands, `${vm.id}/runCommands`)) {
    arm.operations.end(command.state.operation, preempted);
    arm.resources.remove(command.id);
  }
  arm.machines.remove(vm.id);
  arm.resources.remove(vm.id);
  letGoNetworkInterfaces(arm, vm, operation.cause, leaked.includes('networkInterface'));
  letGoDisks(arm, vm, operation.cause, leaked.includes('disk'));
  return undefined;
}

function letGoNetworkInterfaces(arm: Arm, vm: VirtualMachine, cause: Cause, leaked: boolean): void {
  for (const { id, properties } of vm.properties.networkProfile?.networkInterfaces ?? []) {
    const nic = arm.resources.find(networkInterfaces, id);
    if (!nic) continue;
    const { virtualMachine: _user, ...rest } = nic.properties;
    if (properties?.deleteOption === 'Delete' && !leaked) removeDependent(arm, nic, cause);
    else arm.resources.put({ ...nic, properties: rest });
  }
}

function letGoDisks(arm: Arm, vm: VirtualMachine, cause: Cause, leaked: boolean): void {
  const { osDisk, dataDisks = [] } = vm.properties.storageProfile ?? {};
  for (const { managedDisk, deleteOption } of [...(osDisk ? [osDisk] : []), ...dataDisks]) {
    const disk = managedDisk?.id === undefined ? undefined : arm.resources.find(disks, managedDisk.id);
    if (!disk) continue;
    const { managedBy: _vm, ...rest } = disk;
    if (deleteOption === 'Delete' && !leaked) removeDependent(arm, disk, cause);
    else arm.resources.put({ ...rest, properties: { ...disk.properties, diskState: 'Unattached' } });
  }
}

function removeDependent(arm: Arm, resource: Resource<unknown, unknown>, cause: Cause): void {
  arm.resources.remove(resource.id);
  arm.events.raise(causeOfDependent(cause, resource, 'delete'));
}
