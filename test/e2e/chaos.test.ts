import { expect, it } from 'vitest';
import { runChaos } from '../chaos/runChaos.ts';

it('leads to the right end whatever is killed, fails or is cut off', async () => {
  const say = process.env.VERBOSE ? console.log : () => undefined;
  const report = await runChaos({
    ...{ versions: 24, definitions: 6, workers: 3, open: 6, speed: 10, seed: 1 },
    limitMs: 200_000,
    say,
  });

  expect(report.problems).toEqual([]);
  const { worker, serviceBus, refused, hung, resetAfterRequest } = report.disturbed;
  expect(Math.min(worker, serviceBus, refused + hung + resetAfterRequest)).toBeGreaterThan(0);
}, 240_000);
