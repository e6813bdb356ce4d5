import type { Arm } from '../arm.ts';
import { conflict } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route } from '../request.ts';
import { render } from '../resources.ts';
import type { BootDiagnostics } from './bootDiagnostics.ts';
import { deleteVirtualMachine } from './deleteVirtualMachine.ts';
import { instanceView } from './instanceView.ts';
import { beginPowerOperation, powerOperations } from './powerOperations.ts';
import { putVirtualMachine } from './putVirtualMachine.ts';
import { updateVirtualMachine } from './updateVirtualMachine.ts';
import { type VirtualMachine, virtualMachineBody, virtualMachines } from './virtualMachineTypes.ts';

export function virtualMachineRoutes(arm: Arm, bootDiagnostics: BootDiagnostics): Route[] {
  const path = 'microsoft.compute/virtualmachines/:vm';
  const item = `${inGroup}/${path}`;
  return [
    ...readRoutes(arm, virtualMachines, path, (vm, request) => show(arm, vm, request)),
    { method: 'PUT', path: item, handle: (request) => putVirtualMachine(arm, request) },
    { method: 'PATCH', path: item, handle: (request) => patch(arm, request) },
    { method: 'DELETE', path: item, handle: (request) => deleteVirtualMachine(arm, request) },
    {
      method: 'GET',
      path: `${item}/instanceview`,
      handle: ({ target }) => ({ status: 200, body: instanceView(arm, arm.resources.get(virtualMachines, target)) }),
    },
    {
      method: 'POST',
      path: `${item}/retrievebootdiagnosticsdata`,
      handle: (request) => bootDiagnostics.retrieve(request),
    },
    ...powerOperations.map(
      (name): Route => ({
        method: 'POST',
        path: `${item}/${name.toLowerCase()}`,
        handle: (request) => beginPowerOperation(arm, request, name),
      }),
    ),
  ];
}

function show(arm: Arm, vm: VirtualMachine, { url, target }: ArmRequest): JsonObject {
  const shown = render(vm);
  if (!target.name || url.searchParams.get('$expand')?.toLowerCase() !== 'instanceview') return shown;
  return { ...shown, properties: { ...vm.properties, instanceView: instanceView(arm, vm) } };
}

function patch(arm: Arm, request: ArmRequest): Reply {
  const before = arm.resources.get(virtualMachines, request.target);
  if (['Creating', 'Deleting'].includes(before.properties.provisioningState ?? '')) throw conflict();
  return updateVirtualMachine(arm, request, before, parseBody(request, virtualMachineBody));
}
