/** What a finding in a serial log says has happened, as a sentence goes on with the line itself. */
export const serialKinds = {
  'kernel panic': 'the kernel gave up',
  'root file system not found': 'the root file system was not found',
  'initramfs shell': 'the boot ended in the shell of the initial RAM disk',
  'emergency mode': 'the boot ended in emergency mode',
  'boot loader prompt': 'the boot loader stopped at its prompt',
  'no boot device': 'the firmware found nothing to boot',
  'firmware exception': 'the firmware crashed',
  halted: 'the guest halted',
  'boot loop': 'boots again and again',
  'unexpected restart': 'restarted once without being told to',
  'kernel fault': 'the kernel ran into a fault',
  'file system error': 'a file system has an error',
  'failed unit': 'a unit failed',
  'disk full': 'a disk is full',
  lockup: 'a processor or a task was stuck',
  'kernel warning': 'the kernel warned of itself',
  'out of memory': 'the kernel ended a process because memory ran out',
  'crashed process': 'a process crashed',
  'disk error': 'a disk had an error',
  'timed out': 'something took too long',
  'failed dependency': 'a unit was left out because another failed',
};

export type SerialKind = keyof typeof serialKinds;
