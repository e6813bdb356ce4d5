import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { cleanUpHostProcesses, type HostProcess, startHostProcess } from './hostProcess.ts';

afterEach(cleanUpHostProcesses);

async function childrenOf({ pid }: HostProcess): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

/** As soon as it is forked, which is long before it is ready. */
async function newChild(host: HostProcess, known: number[]): Promise<number> {
  for (;;) {
    const found = (await childrenOf(host)).find((child) => !known.includes(child));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a worker that is killed before it was ready is replaced too', async () => {
  const host = await startHostProcess('lifecycleApp.mjs', { workers: 2 });
  const before = await childrenOf(host);
  const [killed = 0] = before;
  process.kill(killed, 'SIGKILL');
  const early = await newChild(host, before);
  process.kill(early, 'SIGKILL');

  await host.logged(/before it was ready/);

  expect(await newChild(host, [...before, early])).toBeGreaterThan(0);
});
