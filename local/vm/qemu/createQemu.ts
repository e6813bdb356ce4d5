import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { Semaphore } from '../../semaphore.ts';
import type { Machine } from '../machine.ts';
import { type QemuImage, readQemuImage } from './qemuImage.ts';
import { QemuMachine } from './qemuMachine.ts';

export interface QemuOptions {
  /** Emptied at the start: no machine outlives the process that made it. */
  folder: string;
  /** Where the files lie that images name. */
  builtImagesDir: string;
  firmware?: string | undefined;
  log(line: string): void;
}

export interface Qemu {
  readGuestImage(imagesDir: string, name: string): Promise<QemuImage>;
  /** Builds a machine that is switched off. */
  createMachine(options: { image: QemuImage; hostname: string; clock: Clock }): Machine;
  /** Ends every machine; resolves when no process and no disk of theirs is left. */
  stop(): Promise<void>;
}

/**
 * Machines that QEMU emulates, one more of them at once than there are processors: more would all boot half as fast, and
 * the one more is for the guest that only waits, such as one without an agent, and must keep no other from its turn.
 */
export function createQemu({ folder, builtImagesDir, firmware, log }: QemuOptions): Qemu {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const processors = new Semaphore(availableParallelism() + 1);
  const machines = new Set<QemuMachine>();
  return {
    readGuestImage: (imagesDir, name) => readQemuImage(imagesDir, builtImagesDir, name),
    createMachine({ image, hostname, clock }) {
      const machine = new QemuMachine({
        ...{ image, hostname, clock, processors, firmware, log },
        folder: join(folder, randomUUID()),
        onGone: () => machines.delete(machine),
      });
      machines.add(machine);
      return machine;
    },
    async stop() {
      const all = [...machines];
      for (const machine of all) machine.destroy();
      await Promise.all(all.map((machine) => machine.gone));
    },
  };
}
