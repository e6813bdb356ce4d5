import type { Clock } from '../../clock.ts';
import type { Machine } from '../../vm/machine.ts';
import type { PlatformBehaviour } from '../options.ts';

/** The guests: every allocated virtual machine's simulated machine, by the virtual machine's id. */
export interface Machines {
  hasImage(name: string): boolean;
  /** How the platform treats the first launches from this image. */
  launchErrors(name: string): NonNullable<NonNullable<PlatformBehaviour['azure']>['launchErrors']>;
  find(vmId: string): Machine | undefined;
  /** Makes the machine, powered off. */
  create(vmId: string, options: { image: string; hostname: string; vmSize: string }): Machine;
  remove(vmId: string): void;
  /** Calls at every change of this machine, also before it is there. Returns the unsubscription. */
  watch(vmId: string, listener: () => void): () => void;
  stop(): void;
}

export function createMachines<Image extends PlatformBehaviour>(options: {
  clock: Clock;
  imagesDir: string;
  readGuestImage(imagesDir: string, name: string): Image;
  createMachine(options: { image: Image; hostname: string; clock: Clock; vmSize: string }): Machine;
}): Machines {
  const { clock, imagesDir, readGuestImage, createMachine } = options;
  const machines = new Map<string, Machine>();
  const listeners = new Map<string, Set<() => void>>();
  const notify = (key: string) => {
    for (const listener of [...(listeners.get(key) ?? [])]) listener();
  };
  return {
    hasImage(name) {
      try {
        return readGuestImage(imagesDir, name) !== undefined;
      } catch {
        return false;
      }
    },
    launchErrors: (name) => readGuestImage(imagesDir, name).azure?.launchErrors ?? [],
    find: (vmId) => machines.get(vmId.toLowerCase()),
    create(vmId, { image, hostname, vmSize }) {
      const key = vmId.toLowerCase();
      const machine = createMachine({ image: readGuestImage(imagesDir, image), hostname, clock, vmSize });
      machines.set(key, machine);
      machine.onChange(() => notify(key));
      return machine;
    },
    remove(vmId) {
      const key = vmId.toLowerCase();
      const machine = machines.get(key);
      machines.delete(key);
      machine?.powerOff();
      notify(key);
      listeners.delete(key);
    },
    watch(vmId, listener) {
      const key = vmId.toLowerCase();
      const watching = listeners.get(key) ?? new Set();
      listeners.set(key, watching.add(listener));
      return () => watching.delete(listener);
    },
    stop() {
      listeners.clear();
      for (const machine of machines.values()) machine.powerOff();
      machines.clear();
    },
  };
}
