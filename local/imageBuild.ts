/** `npm run image:build`: what the virtual machines of `--vm qemu` boot, made of Debian packages. */
import { Command } from 'commander';
import { builtImages } from './stack/vms.ts';
import { buildImages } from './vm/qemu/images/buildImages.ts';

new Command('image:build')
  .description('Builds the disks that virtual machines of QEMU boot from, unless they are there already.')
  .parse();
try {
  const built = await buildImages(builtImages, (line) => console.log(line));
  console.log(`The images are in ${built}.`);
} catch (error) {
  console.error(`imprimatur: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
