import * as z from 'zod';
import type { Entry } from '../domain/entries.ts';
import type { CheckResult } from '../domain/facts.ts';

export const checkHistory = z.object({
  check: z.string(),
  runs: z.number(),
  passed: z.number(),
  failed: z.number(),
  knownIssue: z.number(),
  /** Of those that passed: not at the first try. */
  flaky: z.number(),
  /** Flaky among passed, from 0 to 1. */
  flakyRate: z.number(),
  lastFlakyAt: z.string().exactOptional(),
});
export type CheckHistory = z.infer<typeof checkHistory>;

/** How each check did in all the smoke tests whose logs are given, the flakiest first; control runs are not counted. */
export function historyOfChecks(logs: Entry[][]): CheckHistory[] {
  const histories = new Map<string, CheckHistory>();
  for (const entries of logs)
    for (const { at, result } of resultsOf(entries)) {
      const before = histories.get(result.check) ?? emptyHistory(result.check);
      histories.set(result.check, withResult(before, result, at));
    }
  return [...histories.values()].sort((a, b) => b.flakyRate - a.flakyRate || b.failed - a.failed);
}

function resultsOf(entries: Entry[]): { at: string; result: CheckResult }[] {
  const controls = new Set(
    entries.flatMap(({ fact }) =>
      fact.type === 'launchIntended' && fact.controlOf !== undefined ? [fact.attempt] : [],
    ),
  );
  return entries.flatMap(({ at, fact }) =>
    fact.type === 'smokeTestFinished' && !controls.has(fact.attempt)
      ? fact.checks.map((result) => ({ at, result }))
      : [],
  );
}

function emptyHistory(check: string): CheckHistory {
  return { check, runs: 0, passed: 0, failed: 0, knownIssue: 0, flaky: 0, flakyRate: 0 };
}

function withResult(before: CheckHistory, { outcome, flaky }: CheckResult, at: string): CheckHistory {
  const count = (name: CheckResult['outcome']) => (outcome === name ? 1 : 0);
  const passed = before.passed + count('passed');
  const flakies = before.flaky + (flaky ? 1 : 0);
  const { lastFlakyAt = '' } = before;
  return {
    ...before,
    runs: before.runs + 1,
    passed,
    failed: before.failed + count('failed'),
    knownIssue: before.knownIssue + count('knownIssue'),
    flaky: flakies,
    flakyRate: passed === 0 ? 0 : flakies / passed,
    ...((flaky || lastFlakyAt !== '') && { lastFlakyAt: flaky && at > lastFlakyAt ? at : lastFlakyAt }),
  };
}
