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
  const known = [...before];
  let [next = 0] = before;
  // One that was quick to be ready is replaced all the same, and the next one is killed.
  while (!host.log().includes('before it was ready')) {
    process.kill(next, 'SIGKILL');
    next = await newChild(host, known);
    known.push(next);
  }

  expect(await childrenOf(host)).toContain(next);
});
