import type { Clock } from '../../../local/clock.ts';
import type { Machine, RunScriptOptions, ScriptResult } from '../../../local/vm/machine.ts';
import { fakeAnswer } from '../../fakes/fakeAnswer.ts';

export interface FakeImage {
  bootMs: number;
  os?: { id: string; version: string };
  neverReady?: boolean;
  azure?: { launchErrors: { code: string; message?: string; sync?: boolean }[] };
}

/** Images by name; an unknown name is an error, as for files that are not there. */
export const fakeImages: Record<string, FakeImage> = {
  healthy: { bootMs: 20_000 },
  'never-ready': { bootMs: 20_000, neverReady: true },
  'allocation-fails-once': { bootMs: 20_000, azure: { launchErrors: [{ code: 'AllocationFailed' }] } },
  'refused-once': { bootMs: 20_000, azure: { launchErrors: [{ code: 'SkuNotAvailable', sync: true }] } },
};

/** A machine without a guest: it boots after a while, and its scripts are a few known lines. */
export function createFakeMachine({
  image,
  hostname,
  clock,
}: {
  image: FakeImage;
  hostname: string;
  clock: Clock;
}): Machine {
  const listeners = new Set<() => void>();
  let running = false;
  let ready = false;
  let log = '';
  let cancelBoot = () => {};
  const change = () => {
    for (const listener of [...listeners]) listener();
  };
  const powerOff = () => {
    cancelBoot();
    running = false;
    ready = false;
    change();
  };
  const powerOn = () => {
    running = true;
    log += `booting ${hostname}\n`;
    cancelBoot = clock.after(image.bootMs, () => {
      ready = !image.neverReady;
      log += 'booted\n';
      change();
    });
    change();
  };
  return {
    powerOn,
    powerOff,
    destroy: powerOff,
    restart() {
      powerOff();
      powerOn();
    },
    get running() {
      return running;
    },
    get agent() {
      return ready ? ('ready' as const) : ('notReady' as const);
    },
    get provisioned() {
      return ready;
    },
    serialLog: () => log,
    runScript(script, options) {
      if (!ready) return Promise.reject(new Error('the agent is not ready'));
      if (script === 'poweroff') powerOff();
      return runFakeScript(clock, script, options);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * Besides `poweroff`: `echo TEXT`, `echo $NAME`, `exit N`, `sleep SECONDS` and `fill BYTES`, one a line. A script of checks is
 * answered as by a guest that holds them all.
 */
function runFakeScript(
  clock: Clock,
  script: string,
  { parameters, timeoutMs, signal }: RunScriptOptions,
): Promise<ScriptResult> {
  return new Promise((resolve) => {
    let stdout = '';
    if (/^nonce=/m.test(script)) {
      stdout = fakeAnswer(script, 'boot-1', {});
      script = '';
    }
    let exitCode = 0;
    let sleepMs = 0;
    for (const line of script.split('\n')) {
      const [command = '', argument = ''] = line.split(' ');
      const parameter = parameters.find(({ name }) => `$${name}` === argument);
      if (command === 'echo') stdout += `${parameter?.value ?? line.slice(5)}\n`;
      if (command === 'fill') stdout += `${'x'.repeat(Number(argument))}end`;
      if (command === 'exit') exitCode = Number(argument);
      if (command === 'sleep') sleepMs += Number(argument) * 1000;
    }
    signal?.addEventListener('abort', () => resolve({ outcome: 'interrupted', stdout, stderr: '' }), { once: true });
    clock.after(Math.min(sleepMs, timeoutMs), () => {
      if (sleepMs > timeoutMs) resolve({ outcome: 'timedOut', stdout, stderr: '' });
      else resolve({ outcome: 'exited', exitCode, stdout, stderr: '' });
    });
  });
}
