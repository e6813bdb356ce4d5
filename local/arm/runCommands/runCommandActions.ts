import type { ScriptResult } from '../../vm/machine.ts';
import type { Arm } from '../arm.ts';
import { causeOf } from '../cause.ts';
import { conflict, invalidParameter } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Operation } from '../longRunningOperations.ts';
import { inGroup } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route } from '../request.ts';
import { virtualMachines } from '../virtualMachines/virtualMachineTypes.ts';
import { requireRunning } from './runCommandRoutes.ts';
import { runCommandAction } from './runCommandTypes.ts';
import { agentSilent, longestRunMs, runScript, tail, whenAgentReady } from './runInGuest.ts';

const commandIds = ['runshellscript', 'runpowershellscript'];

/** The action form of run command: one script at a time in a virtual machine, no way to cancel it. */
export class RunCommandActions {
  readonly #arm: Arm;
  readonly #running = new Map<string, Operation>();
  readonly #ended = new AbortController();

  constructor(arm: Arm) {
    this.#arm = arm;
    arm.operations.define('runCommandAction', (operation, failure) => {
      this.#running.delete(operation.resourceId.toLowerCase());
      return failure;
    });
  }

  routes(): Route[] {
    const path = `${inGroup}/microsoft.compute/virtualmachines/:vm/runcommand`;
    return [{ method: 'POST', path, handle: (request) => this.#begin(request) }];
  }

  /** Runs again what was under way when the process ended. */
  resume(): void {
    for (const operation of this.#arm.operations.unfinished('runCommandAction')) this.#start(operation);
  }

  stop(): void {
    this.#ended.abort();
  }

  #begin(request: ArmRequest): Reply {
    const vm = this.#arm.resources.get(virtualMachines, request.target);
    const { commandId, script = [], parameters = [] } = parseBody(request, runCommandAction);
    if (!commandIds.includes(commandId.toLowerCase())) {
      throw invalidParameter('commandId', `The command id '${commandId}' is not known.`);
    }
    requireRunning(this.#arm, vm.id);
    if (this.#running.has(vm.id.toLowerCase())) {
      throw conflict(
        'Run command extension execution is in progress. Please wait for completion before invoking a run command.',
      );
    }
    const operation = this.#arm.operations.begin({
      work: 'runCommandAction',
      resourceId: vm.id,
      family: 'operations',
      region: vm.location ?? this.#arm.location,
      cause: causeOf(request, 'runCommand/action', true),
      details: {
        script: script.join('\n'),
        parameters: parameters.map(({ name, value }) => ({ ...(name && { name }), value })),
      },
    });
    this.#start(operation);
    return { status: 202, headers: this.#arm.operations.headers(request, operation) };
  }

  #start(operation: Operation): void {
    this.#running.set(operation.resourceId.toLowerCase(), operation);
    this.#execute(operation).catch((error: unknown) => this.#arm.log(`run command action: ${String(error)}`));
  }

  async #execute({ id, resourceId, startedAt, details }: Operation): Promise<void> {
    const { signal } = this.#ended;
    const machine = await whenAgentReady(this.#arm, resourceId, startedAt + longestRunMs, signal);
    if (signal.aborted) return;
    if (!machine) return this.#arm.operations.end(id, agentSilent(resourceId));
    const parameters = parametersOf(details.parameters);
    const result = await runScript(machine, String(details.script ?? ''), {
      parameters,
      timeoutMs: longestRunMs,
      signal,
    });
    if (signal.aborted) return;
    const osType = this.#arm.resources.find(virtualMachines, resourceId)?.state.osType;
    this.#arm.operations.end(id, undefined, {
      value: osType === 'Windows' ? windowsResult(result) : linuxResult(result),
    });
  }
}

/** In this form named parameters are positional too: the Azure CLI names those that were given without a name. */
function parametersOf(stored: unknown): { name?: string; value: string }[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((parameter) => {
    if (typeof parameter !== 'object' || parameter === null || Array.isArray(parameter)) return [];
    const { name, value } = parameter;
    const positional = { value: String(value) };
    return typeof name === 'string' ? [{ name, ...positional }, positional] : [positional];
  });
}

const succeeded = { level: 'Info', displayStatus: 'Provisioning succeeded' };

/** On Linux both streams stand in one message, whatever the script's exit status was. */
function linuxResult({ stdout, stderr }: ScriptResult): JsonObject[] {
  const message = `Enable succeeded: \n[stdout]\n${tail(stdout)}\n[stderr]\n${tail(stderr)}`;
  return [{ code: 'ProvisioningState/succeeded', ...succeeded, message }];
}

function windowsResult({ stdout, stderr }: ScriptResult): JsonObject[] {
  return [
    { code: 'ComponentStatus/StdOut/succeeded', ...succeeded, message: tail(stdout) },
    { code: 'ComponentStatus/StdErr/succeeded', ...succeeded, message: tail(stderr) },
  ];
}
