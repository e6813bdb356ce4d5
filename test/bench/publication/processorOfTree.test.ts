import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { processorOfTree } from '../../../bench/publication/processorOfTree.ts';
import { processorTimes } from '../../../bench/publication/watchProcess.ts';

it('reads whose child a process is, and its times, whatever its name', () => {
  const stat = '42 (a) R 7 b) S 7 1 1 0 -1 0 0 0 0 0 12 3 20 5 20 0 1 0';

  expect(processorTimes(stat)).toEqual({ pid: 42, parent: 7, ownMs: 150, allMs: 400 });
});

it('sums a process and its children, also when these have ended', async () => {
  const before = await processorOfTree(process.pid);
  await once(spawn(process.execPath, ['-e', 'while (process.cpuUsage().user < 200_000);']), 'close');

  expect(await processorOfTree(process.pid)).toBeGreaterThan(before + 180);
});
