import { readdir, readFile } from 'node:fs/promises';
import { processorTimes } from './watchProcess.ts';

/** Processor time of a process and of all that descend from it, those included that have ended, in milliseconds. */
export async function processorOfTree(root: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // One may end before it is read.
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)));
  const processes = stats.flatMap((stat) => (stat === undefined ? [] : [processorTimes(stat)]));
  const sumBelow = (parent: number): number =>
    processes.filter((one) => one.parent === parent).reduce((sum, one) => sum + one.allMs + sumBelow(one.pid), 0);
  return sumBelow(root) + (processes.find(({ pid }) => pid === root)?.allMs ?? 0);
}
