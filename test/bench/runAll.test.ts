import { expect, it } from 'vitest';
import { runAll } from '../../bench/runAll.ts';

it('goes on after a group that fails, and tells which and why', async () => {
  const metric = (name: string) => ({ name: `${name}: y`, unit: 'ms', median: 1, p95: 1 });
  const outcome = await runAll([{ name: 'a' }, { name: 'b' }, { name: 'c' }], async ({ name }) => {
    if (name === 'b') throw new Error('no stack');
    return { metrics: [metric(name)], notMeasured: name === 'c' ? [{ what: 'c: z', reason: 'no az' }] : [] };
  });

  expect(outcome.metrics).toEqual([metric('a'), metric('c')]);
  expect(outcome.notMeasured).toEqual([
    { what: 'b', reason: 'no stack' },
    { what: 'c: z', reason: 'no az' },
  ]);
});
