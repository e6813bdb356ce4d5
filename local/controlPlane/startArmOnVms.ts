import { z } from 'zod';
import type { ArmOptions } from '../arm/options.ts';
import { type RunningArm, startArm } from '../arm/startArm.ts';
import { createMachine } from '../vm/createMachine.ts';
import { readGuestImage } from '../vm/guestImage.ts';
import { createQemu } from '../vm/qemu/createQemu.ts';

/** What the virtual machines of local ARM are. */
export const vmOptionsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('simulated') }),
  z.strictObject({
    kind: z.literal('qemu'),
    folder: z.string(),
    builtImagesDir: z.string(),
    firmware: z.string().optional(),
  }),
]);

type Common = Omit<ArmOptions, 'readGuestImage' | 'createMachine'>;

export async function startArmOnVms(vm: z.infer<typeof vmOptionsSchema>, options: Common): Promise<RunningArm> {
  if (vm.kind === 'simulated') return startArm({ ...options, readGuestImage, createMachine });
  const qemu = createQemu({ ...vm, log: options.log ?? (() => {}) });
  const { readGuestImage: read, createMachine: create } = qemu;
  const arm = await startArm({ ...options, readGuestImage: read, createMachine: create });
  return {
    url: arm.url,
    async stop() {
      await arm.stop();
      await qemu.stop();
    },
  };
}
