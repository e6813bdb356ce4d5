import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutants } from './mutants.ts';
import { runSeed } from './runSeed.ts';
import { Trace } from './trace.ts';

describe('the workflow under faults', () => {
  it('holds every invariant after every effect, and leaves nothing behind', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { violations, steps, versions, faults } = await runSeed(seed);

      expect(violations, `npm run simulate -- --seed ${seed}`).toEqual([]);
      expect(steps).toBeGreaterThan(100);
      expect(versions).toBeGreaterThanOrEqual(3);
      expect(faults.length).toBeGreaterThanOrEqual(3);
    }
  }, 120_000);

  it('does the same again for the same seed', async () => {
    const [first, second] = [new Trace(), new Trace()];
    await runSeed(7, first);
    await runSeed(7, second);

    expect(first.lines.length).toBeGreaterThan(20);
    expect(second.lines).toEqual(first.lines);
  }, 60_000);

  it('comes to the same where every audit log is read back from what is stored', async () => {
    for (const seed of [7, 8, 9])
      expect(await runSeed(seed, undefined, true)).toEqual(await runSeed(seed, undefined, false));
  }, 60_000);
});

describe('the seeded defects', () => {
  it.each(mutants)('$name: fits the source once', ({ file, is }) => {
    expect(readFileSync(file, 'utf8').split(is)).toHaveLength(2);
  });
});
