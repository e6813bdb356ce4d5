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
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // After the name, which may hold anything: state is the third field, user and system time are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
