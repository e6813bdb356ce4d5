import { expect, it } from 'vitest';
import { leastByBuckets } from '../../../bench/publication/leastByBuckets.ts';

const calls = (method: string, count: number) =>
  Array.from({ length: count }, () => ({ target: 'arm' as const, method, path: '/', status: 200, from: 0, to: 1 }));

it('is no time while a bucket that was full suffices, and then what its refill takes', () => {
  const each = Array.from({ length: 3 }, () => calls('GET', 125));

  expect(leastByBuckets(each)).toEqual([0, 0, 5_000]);
});

it('counts reads, writes and deletions apart, and the one that takes longest', () => {
  expect(leastByBuckets([[...calls('HEAD', 300), ...calls('POST', 250), ...calls('DELETE', 210)]])).toEqual([5_000]);
  expect(leastByBuckets([calls('DELETE', 230)])).toEqual([3_000]);
});

it('lets those come first that need least', () => {
  expect(leastByBuckets([calls('GET', 275), calls('GET', 25)])).toEqual([0, 2_000]);
});
