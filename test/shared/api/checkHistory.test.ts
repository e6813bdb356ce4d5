import { expect, test } from 'vitest';
import { historyOfChecks } from '../../../shared/api/checkHistory.ts';
import { emptyHead, sealEntries } from '../../../shared/domain/entries.ts';
import type { CheckResult, Fact } from '../../../shared/domain/facts.ts';

function run(at: string, attempt: number, checks: CheckResult[], more: Fact[] = []) {
  const finished: Fact = { type: 'smokeTestFinished', attempt, verdict: 'passed', reason: 'r', checks };
  return sealEntries('log', emptyHead, [...more, finished], { actor: 'service', cause: 'c', appendId: 'a', at });
}

const control: Fact = {
  type: 'launchIntended',
  attempt: 2,
  vmName: 'vm',
  region: 'westeurope',
  vmSize: 's',
  why: 'control',
  expiresAt: '2026-11-22T10:00:00.000Z',
  controlOf: '1.0.0',
};

test('how often each check passed only on a further try, over all runs, the flakiest first', () => {
  const history = historyOfChecks([
    run('2026-11-20T07:00:00.000Z', 1, [
      { check: 'steady', outcome: 'passed' },
      { check: 'shaky', outcome: 'passed', flaky: true, tries: 2 },
    ]),
    run('2026-11-21T07:00:00.000Z', 1, [
      { check: 'steady', outcome: 'failed' },
      { check: 'shaky', outcome: 'passed' },
    ]),
    run('2026-11-22T07:00:00.000Z', 1, [{ check: 'shaky', outcome: 'knownIssue', ticket: 'T-1' }]),
  ]);

  expect(history).toEqual([
    {
      check: 'shaky',
      runs: 3,
      passed: 2,
      failed: 0,
      knownIssue: 1,
      flaky: 1,
      flakyRate: 0.5,
      lastFlakyAt: '2026-11-20T07:00:00.000Z',
    },
    { check: 'steady', runs: 2, passed: 1, failed: 1, knownIssue: 0, flaky: 0, flakyRate: 0 },
  ]);
});

test('a control run says nothing about the checks of its image version', () => {
  expect(historyOfChecks([run('2026-11-22T07:00:00.000Z', 2, [{ check: 'c', outcome: 'failed' }], [control])])).toEqual(
    [],
  );
});
