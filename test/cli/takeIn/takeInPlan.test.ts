import { expect, test } from 'vitest';
import { adoptedIn, estimate, nextToTakeIn } from '../../../cli/takeIn/takeInPlan.ts';
import { runCommand } from '../runCommand.ts';

const id = (image: string, version: string) => `/g/images/${image}/versions/${version}`;
const images = [
  {
    id: '/g/images/ubuntu',
    open: ['1.0.0', '2.0.0'],
    adopted: ['1.0.0', '1.0.1', '1.0.2'].map((version) => ({ version, failed: version === '1.0.1' })),
  },
  { id: '/g/images/debian', open: [], adopted: [{ version: '1.0.0', failed: false }] },
];

test('adopted versions are those of all images, or of one by its name or resource id', () => {
  expect(adoptedIn(images, undefined)).toHaveLength(4);
  expect(adoptedIn(images, 'Debian')).toEqual([{ id: id('debian', '1.0.0'), isOpen: false, failed: false }]);
  expect(adoptedIn(images, '/g/images/ubuntu').map(({ isOpen, failed }) => [isOpen, failed])).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ]);
});

test('no more are asked for than may be under test at once, and none twice or after it failed', () => {
  const adopted = adoptedIn(images, undefined);

  expect(nextToTakeIn(adopted, new Set(), 1)).toEqual([]);
  expect(nextToTakeIn(adopted, new Set(), 2)).toEqual([id('ubuntu', '1.0.2')]);
  expect(nextToTakeIn(adopted, new Set([id('ubuntu', '1.0.2')]), 2)).toEqual([id('debian', '1.0.0')]);
  expect(nextToTakeIn(adopted, new Set([id('ubuntu', '1.0.2'), id('debian', '1.0.0')]), 9)).toEqual([]);
});

test('the estimate is minutes of VMs, and what these cost', () => {
  expect(estimate(90, { minutes: 8, price: 0.115 })).toEqual({ versions: 90, vmMinutes: 720, cost: 1.38 });
});

test('an option that is no number is wrong usage', async () => {
  const { exitCode, stderr } = await runCommand(['take-in', '--reason', 'r', '--at-once', 'all']);

  expect(stderr).toContain('--at-once takes a number above 0, not all');
  expect(exitCode).toBe(2);
});
