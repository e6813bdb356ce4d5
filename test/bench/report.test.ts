import { expect, it } from 'vitest';
import { unlessItFails } from '../../bench/report.ts';

it('names a part that fails with the first line of the reason, and goes on', async () => {
  const said: string[] = [];
  const report = { say: () => undefined, notMeasured: (part: string, reason: string) => void said.push(part, reason) };

  expect(await unlessItFails(report, 'a', async () => 1)).toBe(1);
  expect(await unlessItFails(report, 'b', () => Promise.reject(new Error('no az\nat all')))).toBeUndefined();
  expect(said).toEqual(['b', 'no az']);
});
