/** Prints the Debian packages that the tests in virtual machines need and that are not here, on one line. */
import { missingPackages } from '../local/vm/qemu/requirements.ts';

console.log((await missingPackages()).join(' '));
