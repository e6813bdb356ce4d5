import type { Arm } from '../arm.ts';
import { causeOf } from '../cause.ts';
import { conflict, operationNotAllowed } from '../errors.ts';
import type { ArmRequest, Reply } from '../request.ts';
import { machineOptions } from './provisioning.ts';
import { type PowerState, type VirtualMachine, virtualMachines } from './virtualMachineTypes.ts';

type PowerOperation = 'start' | 'restart' | 'powerOff' | 'deallocate';

const during: Record<PowerOperation, PowerState> = {
  start: 'starting',
  restart: 'running',
  powerOff: 'stopping',
  deallocate: 'deallocating',
};
const after: Record<PowerOperation, PowerState> = {
  start: 'running',
  restart: 'running',
  powerOff: 'stopped',
  deallocate: 'deallocated',
};

export const powerOperations = Object.keys(after) as PowerOperation[];

export function definePowerOperations(arm: Arm): void {
  for (const name of powerOperations) {
    arm.operations.define(name, (operation, failure) => {
      const vm = arm.resources.find(virtualMachines, operation.resourceId);
      if (vm && !failure) apply(arm, vm, name);
      return failure;
    });
  }
}

export function beginPowerOperation(arm: Arm, request: ArmRequest, name: PowerOperation): Reply {
  const vm = arm.resources.get(virtualMachines, request.target);
  if (['Creating', 'Deleting'].includes(vm.properties.provisioningState ?? '')) throw conflict();
  if (!vm.state.power) throw operationNotAllowed(`VM '${vm.name}' was never allocated: put it again, or delete it.`);
  const operation = arm.operations.begin({
    work: name,
    resourceId: vm.id,
    family: 'operations',
    region: vm.location ?? arm.location,
    cause: causeOf(request, `${name}/action`, true),
    afterMs: arm.settings.updateMs,
  });
  if (vm.state.power !== after[name]) {
    arm.resources.put({ ...vm, state: { ...vm.state, power: during[name] } });
  }
  return { status: 202, headers: arm.operations.headers(request, operation) };
}

function apply(arm: Arm, vm: VirtualMachine, name: PowerOperation): void {
  const machine = arm.machines.find(vm.id) ?? arm.machines.create(vm.id, machineOptions(vm));
  if (name === 'restart') machine.restart();
  else if (name !== 'start') machine.powerOff();
  else if (!machine.running) machine.powerOn();
  arm.resources.put({ ...vm, state: { ...vm.state, power: after[name] } });
}

/** The power state as the platform sees it: a guest may have switched itself off. */
export function powerStateOf(arm: Arm, { id, state }: VirtualMachine): PowerState | undefined {
  const machine = arm.machines.find(id);
  return state.power === 'running' && machine?.running === false ? 'stopped' : state.power;
}
