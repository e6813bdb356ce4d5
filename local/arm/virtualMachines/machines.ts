import type { Clock } from '../../clock.ts';
import type { Machine } from '../../vm/machine.ts';
import type { ArmOptions, LaunchError, PlatformBehaviour } from '../options.ts';
import { GuestImages } from './guestImages.ts';

/** The guests: every allocated virtual machine's machine, by the virtual machine's id. */
export interface Machines {
  /** Takes in guest images that have changed. */
  refreshImages(): Promise<void>;
  /** What is wrong with a guest image; undefined where it can be booted. */
  imageProblem(name: string): string | undefined;
  /** How the platform treats the first launches from this image. */
  launchErrors(name: string): LaunchError[];
  /** What the agent in it reports. */
  operatingSystem(name: string): { id: string; version: string } | undefined;
  find(vmId: string): Machine | undefined;
  /** Makes the machine, powered off. */
  create(vmId: string, options: { image: string; hostname: string; vmSize: string }): Machine;
  remove(vmId: string): void;
  /** Calls at every change of this machine, also before it is there. Returns the unsubscription. */
  watch(vmId: string, listener: () => void): () => void;
  stop(): void;
}

export function createMachines<Image extends PlatformBehaviour>(
  { imagesDir, readGuestImage, createMachine }: ArmOptions<Image>,
  clock: Clock,
): Machines {
  const images = new GuestImages(imagesDir, readGuestImage);
  const machines = new Map<string, Machine>();
  const listeners = new Map<string, Set<() => void>>();
  const notify = (key: string) => {
    for (const listener of [...(listeners.get(key) ?? [])]) listener();
  };
  return {
    refreshImages: () => images.refresh(),
    imageProblem(name) {
      try {
        images.get(name);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    launchErrors: (name) => images.get(name).azure?.launchErrors ?? [],
    operatingSystem: (name) => images.get(name).os,
    find: (vmId) => machines.get(vmId.toLowerCase()),
    create(vmId, { image, hostname, vmSize }) {
      const key = vmId.toLowerCase();
      const machine = createMachine({ image: images.get(image), hostname, clock, vmSize });
      machines.set(key, machine);
      machine.onChange(() => notify(key));
      return machine;
    },
    remove(vmId) {
      const key = vmId.toLowerCase();
      const machine = machines.get(key);
      machines.delete(key);
      machine?.destroy();
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
      for (const machine of machines.values()) machine.destroy();
      machines.clear();
    },
  };
}
