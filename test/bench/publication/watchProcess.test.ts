import { expect, it } from 'vitest';
import { watchProcess } from '../../../bench/publication/watchProcess.ts';

it('sees the memory and the processor time of a process', async () => {
  const { megabytes, processorMs } = await watchProcess(process.pid, async () => {
    for (const until = performance.now() + 50; performance.now() < until; );
  });

  expect(megabytes.length).toBeGreaterThan(0);
  expect(Math.min(...megabytes)).toBeGreaterThan(20);
  expect(processorMs).toBeGreaterThan(0);
});
