import type { Arm } from '../arm.ts';
import type { JsonObject } from '../json.ts';
import { instant } from '../request.ts';
import { powerStateOf } from './powerOperations.ts';
import type { VirtualMachine } from './virtualMachineTypes.ts';

/** What Azure knows of a virtual machine at run time. */
export function instanceView(arm: Arm, vm: VirtualMachine): JsonObject {
  const { properties, state } = vm;
  const power = powerStateOf(arm, vm);
  const time = instant(arm.clock.now());
  const machine = arm.machines.find(vm.id);
  const { osDisk, dataDisks = [] } = properties.storageProfile ?? {};
  const attached = state.power ? [...(osDisk ? [osDisk] : []), ...dataDisks] : [];
  const { enabled, storageUri } = properties.diagnosticsProfile?.bootDiagnostics ?? {};
  return {
    ...(machine?.agent === 'ready' && reported(arm, vm)),
    ...(state.power && { vmAgent: agentView(machine?.agent === 'ready', time) }),
    disks: attached.map((disk) => ({ name: disk.name ?? '', statuses: [provisioned(time)] })),
    // With managed storage Azure leaves the addresses out: retrieveBootDiagnosticsData gives them.
    ...(enabled && storageUri && { bootDiagnostics: blobs(storageUri, vm.name) }),
    ...(enabled && !storageUri && { bootDiagnostics: {} }),
    hyperVGeneration: state.hyperVGeneration,
    statuses: [provisioningStatus(vm, time), ...(power ? [powerStatus(power)] : [])],
  };
}

function reported(arm: Arm, { state, properties, name }: VirtualMachine): JsonObject {
  const os = arm.machines.operatingSystem(state.guestImage);
  const computerName = properties.osProfile?.computerName ?? name;
  return { computerName, ...(os && { osName: os.id, osVersion: os.version }) };
}

function agentView(ready: boolean, time: string): JsonObject {
  const status = ready
    ? {
        code: 'ProvisioningState/succeeded',
        level: 'Info',
        displayStatus: 'Ready',
        message: 'Guest Agent is running',
      }
    : {
        code: 'ProvisioningState/Unavailable',
        level: 'Warning',
        displayStatus: 'Not Ready',
        message: 'VM status blob is found but not yet populated.',
      };
  return { vmAgentVersion: ready ? '2.11.1.12' : 'Unknown', statuses: [{ ...status, time }], extensionHandlers: [] };
}

function provisioningStatus({ properties, state, systemData }: VirtualMachine, time: string): JsonObject {
  const provisioningState = properties.provisioningState ?? '';
  if (provisioningState === 'Succeeded') return provisioned(state.provisionedAt ?? systemData.lastModifiedAt);
  if (provisioningState === 'Failed') {
    const { code = 'InternalOperationError', message = '' } = state.failure ?? {};
    return {
      code: `ProvisioningState/failed/${code}`,
      level: 'Error',
      displayStatus: 'Provisioning failed',
      message,
      time,
    };
  }
  return {
    code: `ProvisioningState/${provisioningState.toLowerCase()}`,
    level: 'Info',
    displayStatus: provisioningState,
    time,
  };
}

const provisioned = (time: string): JsonObject => ({
  code: 'ProvisioningState/succeeded',
  level: 'Info',
  displayStatus: 'Provisioning succeeded',
  time,
});

const powerStatus = (power: string): JsonObject => ({
  code: `PowerState/${power}`,
  level: 'Info',
  displayStatus: `VM ${power}`,
});

function blobs(storageUri: string, name: string): JsonObject {
  const base = `${storageUri.replace(/\/$/, '')}/bootdiagnostics-${name}/${name}`;
  return { consoleScreenshotBlobUri: `${base}.screenshot.bmp`, serialConsoleLogBlobUri: `${base}.serialconsole.log` };
}
