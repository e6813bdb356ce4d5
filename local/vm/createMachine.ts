import type { Clock } from '../clock.ts';
import { bootLog, type LogLine, stamp } from './bootLog.ts';
import { GuestDisk } from './guestDisk.ts';
import type { GuestImage } from './guestImage.ts';
import { GuestSystem } from './guestSystem.ts';
import type { Machine, RunScriptOptions, ScriptResult } from './machine.ts';
import { runGuestScript } from './runGuestScript.ts';

export interface MachineOptions {
  image: GuestImage;
  hostname: string;
  vmSize: string;
  clock: Clock;
}

/** One power-on to the next power-off. */
interface Boot {
  system: GuestSystem;
  ended: AbortController;
}

/** Builds a machine that is switched off. */
export function createMachine({ image, hostname, vmSize, clock }: MachineOptions): Machine {
  const disk = new GuestDisk(image, hostname);
  const enabled: ConstructorParameters<typeof GuestSystem>[0]['enabled'] = new Map();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const lines = bootLog(image, hostname);
  let earlierBoots = '';
  let boot: Boot | undefined;
  let agent: Machine['agent'] = 'notReady';
  let provisioned = false;

  function powerOn(): void {
    if (boot) return;
    const ended = new AbortController();
    const system = new GuestSystem({ image, hostname, vmSize, clock, enabled, reboot: restart, powerOff });
    boot = { system, ended };
    const { panic, provisionedAfter, agentReadyAfter } = image.boot;
    const reach = (afterMs: number, action: () => void) => {
      const cancel = clock.after(afterMs, () => {
        action();
        changed();
      });
      ended.signal.addEventListener('abort', cancel);
    };
    if (!panic && !provisioned) reach(provisionedAfter, () => (provisioned = true));
    if (!panic && agentReadyAfter !== 'never') reach(agentReadyAfter, () => (agent = 'ready'));
    changed();
  }

  function end(farewell: string): void {
    if (!boot) return;
    const upMs = clock.now() - boot.system.bootedAt;
    const hung = image.boot.panic && upMs >= image.boot.panic.after;
    earlierBoots += `${render(lines, upMs)}${hung ? '' : `${stamp(upMs)} ${farewell}\n`}`;
    const { ended } = boot;
    boot = undefined;
    agent = 'notReady';
    ended.abort('interrupted');
  }

  function powerOff(): void {
    if (!boot) return;
    end('reboot: Power down');
    changed();
  }

  function restart(): void {
    if (!boot) return;
    end('reboot: Restarting system');
    powerOn();
  }

  async function runScript(script: string, options: RunScriptOptions): Promise<ScriptResult> {
    if (!boot || agent !== 'ready') throw new Error(`the agent of ${hostname} is not ready: nothing can run there`);
    const { system, ended } = boot;
    const timedOut = new AbortController();
    const cancelTimer = clock.after(options.timeoutMs, () => timedOut.abort('timedOut'));
    const signals = [ended.signal, timedOut.signal, ...(options.signal ? [options.signal] : [])];
    try {
      return await runGuestScript({
        script,
        parameters: options.parameters,
        disk,
        system,
        signal: AbortSignal.any(signals),
      });
    } finally {
      cancelTimer();
    }
  }

  return {
    powerOn,
    powerOff,
    restart,
    destroy: powerOff,
    runScript,
    get running() {
      return boot !== undefined;
    },
    get agent() {
      return agent;
    },
    get provisioned() {
      return provisioned;
    },
    serialLog: () => earlierBoots + (boot ? render(lines, clock.now() - boot.system.bootedAt) : ''),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function render(lines: LogLine[], upMs: number): string {
  return lines
    .filter(({ at }) => at <= upMs)
    .map(({ text }) => `${text}\n`)
    .join('');
}
