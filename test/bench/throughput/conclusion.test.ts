import { expect, it } from 'vitest';
import { conclusion, workerTime } from '../../../bench/throughput/conclusion.ts';

it('says how much of the worker’s time is beyond the operations themselves', () => {
  const metric = { name: workerTime, unit: 'ms', median: 900, p95: 950, rival: 360 };

  expect(conclusion([metric])).toContain('takes 900 ms of the worker’s processor');
  expect(conclusion([metric])).toContain('The 540 ms between them, 60 %,');
});

it('says nothing of what was not measured', () => {
  expect(conclusion([])).toBeUndefined();
  expect(conclusion([{ name: workerTime, unit: 'ms', median: 900, p95: 950 }])).toBeUndefined();
});
