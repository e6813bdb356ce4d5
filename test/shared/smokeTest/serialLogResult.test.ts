import { expect, it } from 'vitest';
import { expectedBoots, serialLogResult } from '../../../shared/smokeTest/serialLogResult.ts';

const attempt = { rounds: [] };
const broken = 'Linux version 6.8\n[FAILED] Failed to start nginx.service - A web server.\nlogin: ';

it('fails a log with an error although the guest came up, and names the line', () => {
  const { results, warnings } = serialLogResult(broken, {}, attempt);

  expect(results).toMatchObject([
    {
      check: 'serial log is clean',
      outcome: 'failed',
      detail: expect.stringMatching(/^a unit failed \(serial log, line 2\): .*nginx/),
    },
  ]);
  expect(warnings).toEqual([]);
});

it('warns instead where the policy says so', () => {
  const { results, warnings } = serialLogResult(broken, { serialLog: { errors: 'warn', ignore: [] } }, attempt);

  expect(results).toEqual([{ check: 'serial log is clean', outcome: 'passed' }]);
  expect(warnings).toMatchObject([expect.stringContaining('nginx')]);
});

it('leaves out what the policy ignores, but no panic', () => {
  const serialLog = { errors: 'fail' as const, ignore: ['nginx', 'panic'] };

  expect(serialLogResult(broken, { serialLog }, attempt).results).toMatchObject([{ outcome: 'passed' }]);
  expect(serialLogResult('Kernel panic - not syncing: x', { serialLog }, attempt).results).toMatchObject([
    { outcome: 'failed' },
  ]);
});

it('does not take restarts that were asked for, each perhaps twice, for a boot loop', () => {
  const at = '2026-11-22T08:00:00.000Z';
  const round = { after: 'launch' as const, bootId: 'b', checksMs: 1, passed: 1, checks: [], at };

  expect(expectedBoots({ rounds: [] })).toBe(1);
  expect(expectedBoots({ rounds: [round] })).toBe(1);
  expect(expectedBoots({ rounds: [round], restart: { how: 'guestReboot', intendedAt: at, startedAt: {} } })).toBe(3);
  expect(expectedBoots({ rounds: [round, round] })).toBe(3);
});
