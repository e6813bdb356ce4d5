import { randomUUID } from 'node:crypto';
import type { Arm } from '../arm.ts';
import { type Cause, causeOfDependent } from '../cause.ts';
import { conflict, type ErrorBody } from '../errors.ts';
import type { Operation } from '../longRunningOperations.ts';
import { instant } from '../request.ts';
import { newIncarnation, type Resource } from '../resources.ts';
import { settle } from '../writes.ts';
import {
  type DiskState,
  disks,
  type VirtualMachine,
  type VirtualMachineState,
  virtualMachines,
} from './virtualMachineTypes.ts';

/** Failures that come out of the guest, after its disk is there and it runs; all others come before. */
const guestFailure = /^(OSProvisioning|VMExtension|VMAgent)/;

export function defineProvisioning(arm: Arm): void {
  arm.operations.define('createVirtualMachine', (operation, failure) => endCreation(arm, operation, failure));
}

/** Brings every virtual machine to where it was: those being made go on, running ones boot again. */
export function resumeVirtualMachines(arm: Arm): void {
  for (const vm of arm.resources.ofType(virtualMachines)) {
    if (vm.state.power && vm.state.power !== 'deallocated') bootAgain(arm, vm);
    if (vm.activeOperation === vm.state.createOperation) awaitProvisioning(arm, vm);
  }
}

function bootAgain(arm: Arm, vm: VirtualMachine): void {
  const problem = arm.machines.imageProblem(vm.state.guestImage);
  if (problem) {
    arm.log(`${vm.id} stays off: ${problem}`);
    return;
  }
  const machine = arm.machines.create(vm.id, machineOptions(vm));
  if (vm.state.power === 'running') machine.powerOn();
}

/** Allocates when it is time, then ends the creation once the guest reports, or when it never does. */
export function awaitProvisioning(arm: Arm, { id, incarnation, state }: VirtualMachine): void {
  const { createOperation, allocateAt, provisioningDeadline } = state;
  const now = arm.clock.now();
  const unwatch = arm.machines.watch(id, endIfProvisioned);
  if (!state.power) arm.clock.after(allocateAt - now, () => arm.store.transact(allocateNow));
  arm.clock.after(provisioningDeadline - now, () => {
    unwatch();
    arm.operations.end(createOperation, timedOut(id));
  });
  endIfProvisioned();

  function allocateNow(): void {
    const vm = arm.resources.find(virtualMachines, id);
    if (vm?.incarnation === incarnation && vm.activeOperation === createOperation) allocate(arm, vm);
  }

  function endIfProvisioned(): void {
    const machine = arm.machines.find(id);
    if (!machine?.running || !(machine.provisioned || state.specialized)) return;
    if (arm.operations.get(createOperation)?.plannedError?.code === 'OSProvisioningTimedOut') return;
    unwatch();
    arm.operations.end(createOperation);
  }
}

function allocate(arm: Arm, vm: VirtualMachine): void {
  const operation = arm.operations.get(vm.state.createOperation);
  if (!operation) return;
  const { plannedError } = operation;
  const taken = diskNames(vm).find((name) => arm.resources.find(disks, diskId(vm, name)));
  if (plannedError && !guestFailure.test(plannedError.code)) {
    arm.operations.end(operation.id);
    return;
  }
  const problem = arm.machines.imageProblem(vm.state.guestImage);
  if (problem) {
    arm.operations.end(operation.id, { code: 'InternalExecutionError', message: problem });
    return;
  }
  if (taken) {
    const { body } = conflict(`Disk ${taken} already exists. Only CreateOption.Attach is supported.`);
    arm.operations.end(operation.id, body);
    return;
  }
  const running = arm.resources.put({
    ...vm,
    properties: { ...vm.properties, storageProfile: makeDisks(arm, vm, operation.cause) },
    state: { ...vm.state, power: 'running' as const },
  });
  arm.machines.create(vm.id, machineOptions(running)).powerOn();
}

/** What the machine of a virtual machine is made with. */
export function machineOptions({ name, state, properties }: VirtualMachine) {
  return {
    image: state.guestImage,
    hostname: properties.osProfile?.computerName ?? name,
    vmSize: properties.hardwareProfile?.vmSize ?? '',
  };
}

type StorageProfile = NonNullable<VirtualMachine['properties']['storageProfile']>;
type VmDisk = NonNullable<StorageProfile['osDisk']>;

function makeDisks(arm: Arm, vm: VirtualMachine, cause: Cause): StorageProfile {
  const { storageProfile } = vm.properties;
  const make = <D extends VmDisk>(disk: D): D => {
    const made = arm.resources.put(newDisk(arm, vm, disk));
    arm.events.raise(causeOfDependent(cause, made, 'write'));
    return { ...disk, managedDisk: { storageAccountType: 'Standard_LRS', ...disk.managedDisk, id: made.id } };
  };
  return {
    ...storageProfile,
    ...(storageProfile?.osDisk && { osDisk: make(storageProfile.osDisk) }),
    dataDisks: (storageProfile?.dataDisks ?? []).map(make),
  };
}

function newDisk(
  arm: Arm,
  vm: VirtualMachine,
  disk: VmDisk,
): Resource<{ diskState: string; [name: string]: unknown }, DiskState> {
  const { state, properties } = vm;
  const galleryImageReference = { id: state.imageVersionId ?? properties.storageProfile?.imageReference?.id };
  return {
    id: diskId(vm, disk.name ?? ''),
    name: disk.name ?? '',
    type: disks.name,
    ...(vm.location && { location: vm.location }),
    ...(vm.tags && { tags: vm.tags }),
    sku: { name: disk.managedDisk?.storageAccountType ?? 'Standard_LRS', tier: 'Standard' },
    managedBy: vm.id,
    properties: {
      osType: state.osType,
      hyperVGeneration: state.hyperVGeneration,
      creationData: { createOption: 'FromImage', galleryImageReference },
      diskSizeGB: disk.diskSizeGB ?? 30,
      diskState: 'Attached',
      timeCreated: instant(arm.clock.now()),
      uniqueId: randomUUID(),
      provisioningState: 'Succeeded',
    },
    systemData: vm.systemData,
    incarnation: newIncarnation(),
    state: { guestImage: state.guestImage },
  };
}

const diskNames = ({ properties }: VirtualMachine) =>
  [properties.storageProfile?.osDisk, ...(properties.storageProfile?.dataDisks ?? [])].flatMap(
    (disk) => disk?.name ?? [],
  );

const diskId = ({ id }: VirtualMachine, name: string) =>
  `${id.slice(0, id.indexOf('/providers/'))}/providers/Microsoft.Compute/disks/${name}`;

/** The innermost code says what happened; around it is the wrapper that ARM puts there. */
function endCreation(arm: Arm, operation: Operation, failure: ErrorBody | undefined): ErrorBody | undefined {
  const vm = arm.resources.find(virtualMachines, operation.resourceId);
  if (vm?.activeOperation === operation.id) {
    const ended = failure ? { failure } : { provisionedAt: instant(arm.clock.now()) };
    const state: VirtualMachineState = { ...vm.state, ...ended };
    arm.resources.put({ ...vm, state });
  }
  settle(arm, operation, failure !== undefined);
  if (!failure) return undefined;
  return {
    code: 'ResourceDeploymentFailure',
    message: `The resource write operation failed to complete successfully, because it reached terminal provisioning state 'Failed'.`,
    details: [failure],
  };
}

function timedOut(vmId: string): ErrorBody {
  const name = vmId.slice(vmId.lastIndexOf('/') + 1);
  return {
    code: 'OSProvisioningTimedOut',
    message: `OS Provisioning for VM '${name}' did not finish in the allotted time. The VM may still finish provisioning successfully. Please check provisioning state later. Also, make sure the image has been properly prepared (generalized).`,
  };
}
