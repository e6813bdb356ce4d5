import { afterEach, expect, test } from 'vitest';
import { cleanUpHostProcesses, type HostProcess, startHostProcess } from './hostProcess.ts';

afterEach(cleanUpHostProcesses);

async function askPid(host: HostProcess): Promise<number> {
  const response = await fetch(`${host.url}/api/pid`, { headers: { connection: 'close' } });
  return Number(await response.json());
}

async function askPids(host: HostProcess, count: number): Promise<number[]> {
  const pids = new Set<number>();
  // The system gives a connection to whichever worker is idle: asked one by one, the same might answer all.
  while (pids.size < count) {
    for (const pid of await Promise.all(Array.from({ length: 8 }, () => askPid(host)))) pids.add(pid);
  }
  return [...pids];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function ticks(host: HostProcess): number[] {
  return [...host.log().matchAll(/tick in (\d+)/g)].map((match) => Number(match[1]));
}

test('workers share requests, one runs the timers; a killed one is replaced; all stop cleanly', async () => {
  const host = await startHostProcess('lifecycleApp.mjs', { workers: 2 });
  const before = await askPids(host, 2);
  await host.logged(/tick in/);
  const [killed = 0] = ticks(host);

  process.kill(killed, 'SIGKILL');
  await host.logged(new RegExp(`tick in (?!${killed}$)`));
  const after = await askPids(host, 2);
  const code = await host.end('SIGTERM');

  expect(before).not.toContain(host.pid);
  expect(after).not.toContain(killed);
  expect(ticks(host)).toHaveLength(2);
  expect(code).toBe(0);
  expect(after.filter(isAlive)).toEqual([]);
  expect(host.log().match(/appTerminate ran/g)).toHaveLength(2);
});

test('a killed parent leaves no worker behind', async () => {
  const host = await startHostProcess('lifecycleApp.mjs', { workers: 2 });
  const pids = await askPids(host, 2);

  await host.end('SIGKILL');

  for (const pid of pids) await gone(pid);
});

test('no request waits for ever when the worker that it goes to is killed', async () => {
  const host = await startHostProcess('lifecycleApp.mjs', { workers: 2 });
  const [killed = 0] = await askPids(host, 2);

  const asked = Array.from({ length: 60 }, () => askPid(host));
  await Promise.race(asked); // now some are under way, and some wait
  process.kill(killed, 'SIGKILL');

  const answers = await Promise.allSettled([...asked, ...Array.from({ length: 60 }, () => askPid(host))]);
  expect(answers).toHaveLength(120);
});

test('what makes a worker fail at start ends the host with that message', async () => {
  await expect(startHostProcess('brokenApp.mjs', { workers: 2 })).rejects.toThrow(/the host ended \(1\).*no setting/s);
});
