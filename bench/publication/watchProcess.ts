import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

export interface Watched {
  /** Resident memory, looked at twice a second, in MB. */
  megabytes: number[];
  processorMs: number;
}

const everyMs = 500;
/** Of /proc/PID/stat: hundredths of a second, on all Linux systems of today. */
const tickMs = 10;

/** Memory and processor time of a process while something is done. */
export async function watchProcess(pid: number, act: () => Promise<void>): Promise<Watched> {
  const megabytes: number[] = [];
  const over = new AbortController();
  const before = await processorMs(pid);
  const watching = watch();
  try {
    await act();
  } finally {
    over.abort();
    await watching;
  }
  return { megabytes, processorMs: (await processorMs(pid)) - before };

  async function watch(): Promise<void> {
    while (!over.signal.aborted) {
      megabytes.push(await residentMegabytes(pid));
      await wait(everyMs, undefined, over).catch(() => undefined);
    }
  }
}

async function residentMegabytes(pid: number): Promise<number> {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_000;
}

async function processorMs(pid: number): Promise<number> {
  return processorTimes(await readFile(`/proc/${pid}/stat`, 'utf8')).ownMs;
}

/** From a line of /proc/PID/stat; `allMs` is with the children that have ended and were waited for. */
export function processorTimes(stat: string): { pid: number; parent: number; ownMs: number; allMs: number } {
  // After the name, which may hold anything: state is the third field, user and system time are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (from: number) => Number(fields[from]) + Number(fields[from + 1]);
  const ownMs = ticks(11) * tickMs;
  return { pid: Number.parseInt(stat, 10), parent: Number(fields[1]), ownMs, allMs: ownMs + ticks(13) * tickMs };
}
