import type { PresentVm, RunCommandLook } from '../domain/look.ts';
import type { WantedOfVm } from '../ports.ts';
import { isAbsentInGroup, unlessAbsent } from './armErrors.ts';
import type { ResourceManager } from './createResourceManager.ts';
import { readProvisioningError } from './readProvisioningError.ts';
import { readSerialLog } from './readSerialLog.ts';
import { type RunCommandAnswer, runCommandAnswer, type Status, type VmAnswer, vmAnswer } from './vmAnswers.ts';

/** One look at a smoke-test VM: at most four reads, of the twelve a minute that Azure grants for one VM. */
export async function lookAtVm(
  resourceManager: ResourceManager,
  { subscriptionId, resourceGroup }: { subscriptionId: string; resourceGroup: string },
  vmName: string,
  wanted: WantedOfVm,
  abortSignal: AbortSignal,
): Promise<PresentVm | undefined> {
  const client = resourceManager.compute(subscriptionId);
  const options = { expand: 'instanceView', abortSignal } as const;
  const found = await unlessAbsent(client.virtualMachines.get(resourceGroup, vmName, options), isAbsentInGroup);
  if (!found) return undefined;
  const vm = vmAnswer.parse(found);
  const provisioningState = stateOf(vm);
  const statuses = vm.instanceView?.statuses ?? [];
  const readSerial = () => readSerialLog(client, resourceGroup, vmName, abortSignal);
  const [error, early, command] = await Promise.all([
    provisioningState === 'Failed'
      ? readProvisioningError(resourceManager, statuses, wanted.operationUrl, abortSignal)
      : undefined,
    wanted.serialLog === true ? readSerial() : undefined,
    wanted.runCommand === undefined
      ? undefined
      : unlessAbsent(
          client.virtualMachineRunCommands.getByVirtualMachine(resourceGroup, vmName, wanted.runCommand, options),
          isAbsentInGroup,
        ).then((command) => toRunCommandLook(wanted.runCommand ?? '', command && runCommandAnswer.parse(command))),
  ]);
  const isOver = ['Failed', 'Deleting'].includes(provisioningState) || command?.kind === 'finished';
  const serialLog = wanted.serialLog === 'whenOver' && isOver ? await readSerial() : early;
  return {
    kind: 'present',
    provisioningState,
    ...(error && { error }),
    ...provisionedAtOf(statuses),
    agentReady: isAgentReady(vm),
    ...powerOf(statuses),
    ...(serialLog !== undefined && { serialLog }),
    ...(command && { runCommand: command }),
  };
}

/** A state that is not known is neither success nor failure. */
function stateOf({ provisioningState = '' }: VmAnswer): PresentVm['provisioningState'] {
  switch (provisioningState) {
    case 'Creating':
    case 'Succeeded':
    case 'Failed':
    case 'Deleting':
      return provisioningState;
    case 'Canceled':
      return 'Failed';
    default:
      return 'Updating';
  }
}

/** Of the status `ProvisioningState/succeeded`. */
function provisionedAtOf(statuses: Status[]): Pick<PresentVm, 'provisionedAt'> {
  const time = statuses.find(({ code }) => code === 'ProvisioningState/succeeded')?.time;
  return time && !Number.isNaN(time.getTime()) ? { provisionedAt: time.toISOString() } : {};
}

const powers = ['starting', 'running', 'stopping', 'stopped', 'deallocating', 'deallocated'] as const;

/** From the status `PowerState/running`; one that is not known is left out. */
function powerOf(statuses: Status[]): Pick<PresentVm, 'power'> {
  const code = statuses.map((status) => status.code ?? '').find((each) => each.startsWith('PowerState/'));
  const power = powers.find((known) => code === `PowerState/${known}`);
  return power === undefined ? {} : { power };
}

function isAgentReady({ instanceView }: VmAnswer): boolean {
  const statuses = instanceView?.vmAgent?.statuses ?? [];
  return statuses.some(
    ({ code, displayStatus }) => code === 'ProvisioningState/succeeded' && displayStatus === 'Ready',
  );
}

/** The platform's own failure to run the script ends the command too, without any output. */
function toRunCommandLook(name: string, command: RunCommandAnswer | undefined): RunCommandLook {
  if (!command) return { name, kind: 'absent' };
  const { executionState, output = '', error = '', executionMessage = '' } = command.instanceView ?? {};
  switch (executionState) {
    case 'Succeeded':
    case 'Failed':
    case 'TimedOut':
    case 'Canceled':
      return { name, kind: 'finished', state: executionState, output, error };
    default:
      return command.provisioningState === 'Failed'
        ? { name, kind: 'finished', state: 'Failed', output, error: error || executionMessage }
        : { name, kind: 'running' };
  }
}
