import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const boundHeap = JSON.stringify(resolve('shared/boundHeap.ts'));

/** V8 gives the heap what the machine's memory suggests; there may be little. */
const asOnLargeMachine = ['--max-semi-space-size=32'];

/** Prints the most bytes that the young half of the heap had while much was made, and some of it lived on. */
const work = (rounds: number) => `
import { getHeapSpaceStatistics } from 'node:v8';
const kept = [];
let most = 0;
for (let round = 0; round < ${rounds} && most < 40_000_000; round += 1) {
  const made = Array.from({ length: 40_000 }, (_, index) => ({ index, list: [index] }));
  kept.push(made.slice(0, 6_000));
  if (kept.length > 20) kept.shift();
  await new Promise(setImmediate);
  const { space_size: bytes } = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  most = Math.max(most, bytes);
}
console.log(most);
`;

const mostYoungBytes = async (script: string) => {
  const { stdout } = await run(process.execPath, [...asOnLargeMachine, '--input-type=module', '--eval', script]);
  return Number(stdout);
};

test('what is new takes no more than 34 MB, where V8 by itself would give it more', async () => {
  const bound = `import { boundHeap } from ${boundHeap}; boundHeap();`;
  expect(await mostYoungBytes(bound + work(60))).toBeLessThan(34_000_000);
  expect(await mostYoungBytes(work(1_000))).toBeGreaterThan(40_000_000);
});
