import type { TestProject } from 'vitest/node';
import { builtImages } from '../../local/stack/vms.ts';
import { buildImages } from '../../local/vm/qemu/images/buildImages.ts';
import { VmsUnavailable } from '../../local/vm/qemu/requirements.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the built images; undefined where no virtual machine can be run. */
    builtImagesDir: string | undefined;
  }
}

/** Builds the images before the first test. Where that is impossible the tests are skipped, and this says why. */
export default async function provideImages({ provide }: TestProject): Promise<void> {
  try {
    provide('builtImagesDir', await buildImages(builtImages, (line) => console.log(line)));
  } catch (error) {
    if (!(error instanceof VmsUnavailable)) throw error;
    console.warn(`SKIPPED: all tests of virtual machines. ${error.message}`);
    provide('builtImagesDir', undefined);
  }
}
