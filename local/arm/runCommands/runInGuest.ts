import type { Machine, RunScriptOptions, ScriptResult } from '../../vm/machine.ts';
import type { Arm } from '../arm.ts';
import type { ErrorBody } from '../errors.ts';

/** How long Azure waits for an agent that says nothing. */
export const longestRunMs = 90 * 60_000;

/**
 * Waits until the virtual machine's agent is ready; resolves without a machine when `deadline` passes, or when the
 * signal aborts.
 */
export function whenAgentReady(
  arm: Arm,
  vmId: string,
  deadline: number,
  signal: AbortSignal,
): Promise<Machine | undefined> {
  return new Promise((resolve) => {
    const unwatch = arm.machines.watch(vmId, look);
    const cancel = arm.clock.after(deadline - arm.clock.now(), () => finish(undefined));
    signal.addEventListener('abort', () => finish(undefined), { once: true });
    look();

    function look(): void {
      const machine = arm.machines.find(vmId);
      if (machine?.agent === 'ready') finish(machine);
    }
    function finish(machine: Machine | undefined): void {
      unwatch();
      cancel();
      resolve(machine);
    }
  });
}

/** Runs the script; an agent that went away between being ready and taking it counts as an interruption. */
export async function runScript(machine: Machine, script: string, options: RunScriptOptions): Promise<ScriptResult> {
  try {
    return await machine.runScript(script, options);
  } catch (error) {
    return { outcome: 'interrupted', stdout: '', stderr: String(error) };
  }
}

export function agentSilent(vmId: string): ErrorBody {
  const name = vmId.slice(vmId.lastIndexOf('/') + 1);
  return {
    code: 'VMAgentStatusCommunicationError',
    message: `VM '${name}' has not reported status for VM agent or extensions. Verify that the OS is up and healthy, the VM has a running VM agent, and that it can establish outbound connections to Azure storage. Please refer to https://aka.ms/vmextensionlinuxtroubleshoot for additional VM agent troubleshooting information.`,
  };
}

const shownBytes = 4096;

/** What Azure shows of a stream: its last 4 KB. A character that the cut would split goes. */
export function tail(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= shownBytes) return text;
  let start = bytes.length - shownBytes;
  while (((bytes[start] ?? 0) & 0b1100_0000) === 0b1000_0000) start += 1;
  return bytes.subarray(start).toString();
}
