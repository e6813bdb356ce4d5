import { readdir, readFile } from 'node:fs/promises';

/**
 * Seconds of processor time of this process and of all that it started, by what each process runs; of processes that have
 * ended with the one that started them. Linux only.
 */
export async function cpuSeconds(): Promise<Record<string, number>> {
  const spent: Record<string, number> = {};
  const add = async (pid: string | number): Promise<void> => {
    const part = await nameOf(pid);
    spent[part] = (spent[part] ?? 0) + (await secondsOf(pid));
    for (const task of await readdir(`/proc/${pid}/task`).catch(() => []))
      for (const child of (await read(`/proc/${pid}/task/${task}/children`)).split(' ').filter(Boolean))
        await add(child);
  };
  await add(process.pid);
  return Object.fromEntries(Object.entries(spent).map(([part, seconds]) => [part, Math.round(seconds)]));
}

async function nameOf(pid: string | number): Promise<string> {
  const words = (await read(`/proc/${pid}/cmdline`)).split('\0');
  const main = words.find((word) => /\/main\.[jt]s$/.test(word)) ?? words[1] ?? '';
  return main.split('/').slice(-2)[0] ?? main;
}

/** Its own, and those of its children that have ended. */
async function secondsOf(pid: string | number): Promise<number> {
  const stat = await read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
}

const ticksPerSecond = 100;

const read = (file: string) => readFile(file, 'utf8').catch(() => '');
