import type { Story } from './stories.ts';

const image = 'debian-12';

/** What the demo publishes where virtual machines are real: local/images/qemu/, the healthy and the broken. */
export const qemuStories: Story[] = [
  // First, because its two VMs take longest, and only wait.
  {
    image,
    version: '1.3.2',
    guest: 'agent-missing',
    expected: 'quarantined',
    because: 'the VM agent was not ready',
    told: 'somebody removed its agent',
  },
  { image, version: '1.0.0', guest: 'micro', expected: 'published', told: 'busybox, and nothing wrong with it' },
  { image, version: '1.1.0', guest: 'debian', expected: 'published', told: 'a healthy Debian' },
  { image, version: '1.2.0', guest: 'micro-uefi', expected: 'published', told: 'a disk that UEFI firmware boots' },
  {
    image,
    version: '1.3.0',
    guest: 'kernel-panic',
    expected: 'quarantined',
    because: 'the kernel gave up',
    told: 'its first program is not there',
  },
  {
    image,
    version: '1.3.1',
    guest: 'no-root-disk',
    expected: 'quarantined',
    because: 'the root file system was not found',
    told: 'its root file system is on a disk that is not there',
  },
  {
    image,
    version: '1.3.3',
    guest: 'service-broken',
    expected: 'quarantined',
    because: 'nginx.service has failed',
    told: 'its web server does not understand its configuration',
  },
  {
    image,
    version: '1.3.4',
    guest: 'disk-full',
    expected: 'quarantined',
    because: 'no file can be written: no space left on device',
    told: 'a log fills its disk',
  },
  {
    image,
    version: '1.3.5',
    guest: 'read-only-root',
    expected: 'quarantined',
    because: 'no file can be written: read-only file system',
    told: 'nobody makes its root file system writable',
  },
  {
    image,
    version: '1.3.6',
    guest: 'boot-loop',
    expected: 'quarantined',
    because: 'boots again and again',
    told: 'it restarts itself at every boot',
  },
];
