import { expect, it } from 'vitest';
import { BusySpans } from '../../../bench/throughput/busySpans.ts';

it('leaves out the time in which everything that is left rests', async () => {
  let now = 0;
  const busy = new BusySpans(() => now);
  const ends: (() => void)[] = [];
  const pause = () => new Promise<void>((resolve) => void ends.push(resolve));
  const passed = async (at: number) => {
    now = at;
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const resting = busy.within(async () => {
    await pause();
    await busy.rest(pause);
    await pause();
  });
  const other = busy.within(pause);
  await passed(10);
  await passed(30);
  await passed(100);
  await passed(120);
  await Promise.all([resting, other]);

  expect(busy.spans).toEqual([
    [0, 30],
    [100, 120],
  ]);
});
