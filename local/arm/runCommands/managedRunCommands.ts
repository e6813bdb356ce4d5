import type { ScriptResult } from '../../vm/machine.ts';
import type { Arm } from '../arm.ts';
import type { ErrorBody } from '../errors.ts';
import { instant } from '../request.ts';
import { parentOf, type Resource } from '../resources.ts';
import { settle } from '../writes.ts';
import { appendToBlob } from './appendBlob.ts';
import { type Execution, type RunCommandProperties, type RunCommandState, runCommands } from './runCommandTypes.ts';
import { agentSilent, longestRunMs, runScript, tail, whenAgentReady } from './runInGuest.ts';

export type RunCommand = Resource<RunCommandProperties, RunCommandState>;

/** Executes managed run commands in their guests. Any number may run in one virtual machine at a time. */
export class ManagedRunCommands {
  readonly #arm: Arm;
  readonly #running = new Map<string, AbortController>();

  constructor(arm: Arm) {
    this.#arm = arm;
    arm.operations.define('runCommand', (operation, failure) => {
      settle(arm, operation, failure !== undefined);
      return failure;
    });
  }

  /** Runs again what was under way when the process ended: its guest has booted anew as well. */
  resume(): void {
    for (const command of this.#arm.resources.ofType(runCommands)) {
      if (['Pending', 'Running'].includes(command.state.execution.executionState)) this.start(command);
    }
  }

  start(command: RunCommand): void {
    this.abort(command.id);
    const controller = new AbortController();
    this.#running.set(command.id.toLowerCase(), controller);
    this.#execute(command, controller.signal).catch((error: unknown) => {
      this.#arm.log(`run command ${command.id}: ${String(error)}`);
    });
  }

  abort(id: string): void {
    this.#running.get(id.toLowerCase())?.abort();
    this.#running.delete(id.toLowerCase());
  }

  stop(): void {
    for (const id of [...this.#running.keys()]) this.abort(id);
  }

  async #execute(command: RunCommand, signal: AbortSignal): Promise<void> {
    const { properties, state } = command;
    const vmId = parentOf(command.id);
    const machine = await whenAgentReady(this.#arm, vmId, state.acceptedAt + longestRunMs, signal);
    if (signal.aborted) return;
    if (!machine) {
      const failure = agentSilent(vmId);
      this.#record(command, { executionState: 'Failed', executionMessage: failure.message, output: '', error: '' });
      return this.#arm.operations.end(state.operation, failure);
    }
    const startTime = instant(this.#arm.clock.now());
    this.#record(command, {
      executionState: 'Running',
      executionMessage: 'Execution in progress',
      output: '',
      error: '',
      startTime,
    });
    if (properties.asyncExecution) this.#arm.operations.end(state.operation);
    const result = await runScript(machine, await scriptOf(properties), {
      parameters: [...(properties.parameters ?? []), ...state.secretParameters].map(({ name, value }) => ({
        ...(name && { name }),
        value,
      })),
      timeoutMs: properties.timeoutInSeconds ? properties.timeoutInSeconds * 1000 : longestRunMs,
      signal,
    });
    if (signal.aborted) return;
    const execution = { ...executionOf(result), startTime, endTime: instant(this.#arm.clock.now()) };
    await this.#finish(command, result, execution, signal);
  }

  async #finish(command: RunCommand, result: ScriptResult, execution: Execution, signal: AbortSignal): Promise<void> {
    const { properties, state } = command;
    const blobError = await saveOutput(properties, result);
    if (signal.aborted) return;
    this.#running.delete(command.id.toLowerCase());
    const recorded = blobError
      ? { ...execution, executionMessage: `${execution.executionMessage}. ${blobError}` }
      : execution;
    const counts = properties.treatFailureAsDeploymentFailure && execution.executionState !== 'Succeeded';
    this.#arm.store.transact(() => {
      this.#record(command, recorded);
      this.#arm.operations.end(state.operation, counts ? scriptFailure(command, execution) : undefined);
    });
  }

  #record({ id, incarnation }: RunCommand, execution: Execution): void {
    const command = this.#arm.resources.find(runCommands, id);
    if (command?.incarnation !== incarnation) return;
    this.#arm.resources.put({ ...command, state: { ...command.state, execution } });
  }
}

async function scriptOf({ source }: RunCommandProperties): Promise<string> {
  if (!source?.scriptUri) return source?.script ?? '';
  const response = await fetch(source.scriptUri);
  if (!response.ok) return `echo "cannot download the script: status ${response.status}" >&2; exit 1`;
  return response.text();
}

async function saveOutput(
  { outputBlobUri, errorBlobUri }: RunCommandProperties,
  result: ScriptResult,
): Promise<string | undefined> {
  try {
    if (outputBlobUri) await appendToBlob(outputBlobUri, result.stdout);
    if (errorBlobUri) await appendToBlob(errorBlobUri, result.stderr);
    return undefined;
  } catch (error) {
    return `Failed to write output or error to the append blob: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function executionOf(result: ScriptResult): Execution {
  const streams = { output: tail(result.stdout), error: tail(result.stderr) };
  if (result.outcome === 'timedOut') {
    return { executionState: 'TimedOut', executionMessage: 'Execution timed out', ...streams };
  }
  if (result.outcome !== 'exited') {
    return { executionState: 'Failed', executionMessage: 'Execution was interrupted', ...streams };
  }
  const { exitCode } = result;
  const succeeded = exitCode === 0;
  return {
    executionState: succeeded ? 'Succeeded' : 'Failed',
    executionMessage: succeeded ? 'Execution completed' : `Execution failed with exit code ${exitCode}`,
    exitCode,
    ...streams,
  };
}

function scriptFailure({ name }: RunCommand, { executionState, executionMessage }: Execution): ErrorBody {
  return {
    code: 'VMExtensionProvisioningError',
    message: `Run command '${name}' ended in state ${executionState}: ${executionMessage}.`,
  };
}
