import { expect, it } from 'vitest';
import { regressions } from '../../../shared/smokeTest/regressions.ts';

const at = '2026-11-22T08:00:00.000Z';
const launch = { vmName: 'vm', region: 'westeurope', vmSize: 'small', intendedAt: at, expiresAt: at };
const smokeTest = { vmSizes: [], maxAttempts: 1, agentTimeoutMinutes: 15, command: {} };
const attempt = (bootMs: number, checksMs = 1_000) => ({
  number: 1,
  checkRuns: 1,
  launch,
  past: [],
  rounds: [{ after: 'launch' as const, bootId: 'b', bootMs, checksMs, passed: 1, checks: [], at }],
});
const baseline = (bootMs: number, vmSize = 'small') => ({
  version: '1.0.0',
  measured: { smokeTest, vmSize, bootMs, checksMs: 1_000 },
});
const policy = (outcome: 'warn' | 'fail') => ({
  ...smokeTest,
  regression: { bootPercent: 50, checksPercent: 50, outcome },
});

it('fails a boot that is slower than the policy allows, with both durations', () => {
  expect(regressions(attempt(20_000), policy('fail'), baseline(10_000)).results).toEqual([
    {
      check: 'as fast as the last published version',
      outcome: 'failed',
      detail: 'boot took 20.0 s, 10.0 s with 1.0.0; 50 % more is allowed',
    },
  ]);
});

it('only warns where the policy says so', () => {
  expect(regressions(attempt(20_000, 5_000), policy('warn'), baseline(10_000))).toEqual({
    results: [],
    warnings: [
      'boot took 20.0 s, 10.0 s with 1.0.0; 50 % more is allowed',
      'checks took 5.0 s, 1.0 s with 1.0.0; 50 % more is allowed',
    ],
  });
});

it.each([
  ['within the limit', attempt(14_900), policy('fail'), baseline(10_000)],
  ['two seconds more, however short the boot was', attempt(2_900), policy('fail'), baseline(1_000)],
])('passes %s', (_, now, rules, before) => {
  expect(regressions(now, rules, before).results).toMatchObject([{ outcome: 'passed' }]);
});

it.each([
  ['another VM size', attempt(90_000), policy('fail'), baseline(1_000, 'large')],
  ['no published version', attempt(90_000), policy('fail'), undefined],
  ['no rule', attempt(90_000), smokeTest, baseline(1_000)],
])('compares nothing with %s', (_, now, rules, before) => {
  expect(regressions(now, rules, before)).toEqual({ results: [], warnings: [] });
});
