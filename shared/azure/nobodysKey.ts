import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { toOpenSshKey } from './toOpenSshKey.ts';

let key: Promise<string> | undefined;

/**
 * A public key in the form of OpenSSH whose private key was thrown away when it was made, so that nobody has it. It serves
 * all VMs of this process: one that nobody can sign in with is no better for being another each time, and making it takes
 * more of the processor than all else of a launch.
 */
export function nobodysKey(): Promise<string> {
  key ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then(({ publicKey }) => toOpenSshKey(publicKey));
  return key;
}
