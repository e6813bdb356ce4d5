import { expect, it } from 'vitest';
import type { CheckResult } from '../../../shared/domain/facts.ts';
import { junit } from '../../../shared/smokeTest/junit.ts';
import { fc } from '../../fastCheck.ts';

const at = '2026-11-22T08:00:00.000Z';
const state = {
  imageVersionId: '/subscriptions/s/versions/1.0.0',
  version: '1.0.0',
  mode: 'enforce' as const,
  policyHash: 'p',
  smokeTest: { vmSizes: [], maxAttempts: 1, agentTimeoutMinutes: 15, command: {} },
  testPlan: [],
  detectedAt: at,
  attempts: [],
  deleted: false,
};
const attempt = {
  number: 1,
  checkRuns: 1,
  past: [],
  rounds: [],
  launch: { vmName: 'vm', region: 'westeurope', vmSize: 'small', intendedAt: at, expiresAt: at },
};
const report = (checks: CheckResult[], reason = 'r') =>
  junit(state, attempt, { type: 'smokeTestFinished', attempt: 1, verdict: 'failed', reason, checks });

it('has one test case for each check, with what became of it', () => {
  const xml = report([
    { check: 'a', outcome: 'passed' },
    { check: 'b', outcome: 'failed', detail: 'expected 0, got 3' },
    { check: 'c', outcome: 'unknown', detail: 'no tool' },
    { check: 'd', outcome: 'skipped' },
    { check: 'e', outcome: 'knownIssue', detail: 'x', ticket: 'OPS-1' },
  ]);

  expect(xml).toContain('tests="5" failures="1" errors="1" skipped="2"');
  expect(xml).toContain('<testcase name="a" classname="small"></testcase>');
  expect(xml).toMatch(/<testcase name="b" classname="small">\s*<failure message="expected 0, got 3"><\/failure>/);
  expect(xml).toMatch(/<testcase name="c" classname="small">\s*<error message="no tool"><\/error>/);
  expect(xml).toMatch(/<testcase name="d" classname="small">\s*<skipped message=""><\/skipped>/);
});

it('is well-formed whatever a guest has printed', () => {
  const wild = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(wild, wild, (check, detail) => {
      const xml = report([{ check, outcome: 'failed', detail }], detail);

      expect(xml).not.toMatch(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
      const withoutTags = xml.replaceAll(/<[?/]?[a-z]+(?: [a-z]+="[^"<]*")*\s*[?/]?>/g, '');
      expect(withoutTags.trim()).toBe('');
    }),
  );
});
