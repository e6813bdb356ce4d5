import { expect, it } from 'vitest';
import { runAll } from '../../bench/runAll.ts';

it('goes on after a group that fails, and tells which and why', async () => {
  const metric = (name: string) => ({ name: `${name}: y`, unit: 'ms', median: 1, p95: 1 });
  const outcome = await runAll([{ name: 'a' }, { name: 'b' }, { name: 'c' }], async ({ name }) => {
    if (name === 'b') throw new Error('no stack');
    return [metric(name)];
  });

  expect(outcome).toEqual({ metrics: [metric('a'), metric('c')], failures: [{ group: 'b', reason: 'no stack' }] });
});
