import type { Story } from '../../local/demo/stories.ts';

const image = 'debian-12';
const broken = (version: string, guest: string, because: string, told: string): Story => ({
  ...{ image, version, guest, because, told },
  expected: 'quarantined',
});

/** The faults that the demo shows in one of the two images, in the other one. */
export const furtherStories: Story[] = [
  broken('1.4.0', 'debian-kernel-panic', 'the kernel gave up', 'a command at boot makes its kernel panic'),
  broken('1.4.1', 'debian-agent-missing', 'the VM agent was not ready', 'somebody removed its agent'),
  broken('1.4.2', 'micro-service-broken', 'web server answers: exit-status', 'its web server has nothing to show'),
  broken('1.4.3', 'debian-disk-full', 'no file can be written: no space left on device', 'a log fills its disk'),
  broken(
    '1.4.4',
    'debian-read-only-root',
    'no file can be written: read-only file system',
    'nobody makes its root file system writable',
  ),
  broken('1.4.5', 'debian-boot-loop', 'boots again and again', 'its default target restarts it'),
];
