import { afterEach, expect, it, vi } from 'vitest';
import { collecting } from '../../../cli/audit/collecting.ts';

const megabytes = (count: number) => Array.from({ length: count }, () => Buffer.alloc(1024 * 1024));
async function* parts(given: Buffer[]) {
  yield* given;
}
async function all(passing: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const passed: Buffer[] = [];
  for await (const part of passing) passed.push(part);
  return passed;
}
const before = globalThis.gc;
afterEach(() => {
  globalThis.gc = before;
});

it('passes on what it gets, and collects garbage after every four megabytes', async () => {
  const given = megabytes(9);
  const gc = vi.fn();
  globalThis.gc = gc as unknown as typeof globalThis.gc;

  const passed = await all(collecting(parts(given)));

  expect(passed.every((part, index) => part === given[index])).toBe(true);
  expect(passed).toHaveLength(9);
  expect(gc).toHaveBeenCalledTimes(2);
});

it('passes on what it gets where it may not collect', async () => {
  globalThis.gc = undefined;

  expect(await all(collecting(parts(megabytes(5))))).toHaveLength(5);
});
