import { expect, it } from 'vitest';
import type { Attempt, IncarnationState } from '../../../shared/domain/incarnationState.ts';
import { parsePolicy } from '../../../shared/domain/policyFile.ts';
import { checkName } from '../../../shared/smokeTest/checkFile/checkName.ts';
import { judgeEnd, slowerCode } from '../../../shared/smokeTest/judgeEnd.ts';
import { check } from './factScript/checks.ts';

const at = '2026-11-22T08:00:00.000Z';
const parsed = parsePolicy(
  'version: 1\nsmokeTest: { vmSizes: [a], restarts: [], regression: { bootPercent: 50, outcome: fail } }\n',
);
if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
const { smokeTest } = parsed.policy.defaults.policy;
const launch = { vmName: 'vm', region: 'westeurope', vmSize: 'a', intendedAt: at, acceptedAt: at, expiresAt: at };
const round = { after: 'launch' as const, bootId: 'b', bootMs: 20_000, checksMs: 1_000, passed: 1, checks: [], at };
const tested: Attempt = { number: 1, launch, agentReadyAt: at, checkRuns: 1, rounds: [round], past: [] };
const state: IncarnationState = {
  imageVersionId: 'i',
  version: '1.1.0',
  mode: 'enforce',
  smokeTest,
  testPlan: [],
  detectedAt: at,
  policyHash: 'h',
  attempts: [tested],
  deleted: false,
};
const up = {
  kind: 'present' as const,
  provisioningState: 'Succeeded' as const,
  agentReady: true,
  serialLog: 'login: ',
};
const baseline = { version: '1.0.0', measured: { smokeTest, vmSize: 'a', bootMs: 10_000, checksMs: 1_000 } };
const file = check('file', '/x', [['exists', true]]);
const checks = { kind: 'checks' as const, checks: [file], builtIn: [], hash: 'h' };
const judge = (before: IncarnationState, attempt = tested) =>
  judgeEnd(before, attempt, up, checks, baseline, '2026-11-22T08:05:00.000Z');

it('suspects a version that is only slow, since its host may have been', () => {
  expect(judge(state)).toMatchObject({ verdict: 'inconclusive', code: slowerCode, errorClass: 'suspect' });
});

it('fails a version that is slow in a second VM too', () => {
  const result = { verdict: 'inconclusive' as const, reason: 'r', code: slowerCode, checks: [], at };
  expect(judge({ ...state, attempts: [{ ...tested, result }, tested] })).toMatchObject({
    verdict: 'failed',
    reason: 'as fast as the last published version: boot took 20.0 s, 10.0 s with 1.0.0; 50 % more is allowed',
  });
});

it('fails a version at once that is slow and fails a check', () => {
  const failing = { ...round, checks: [{ check: checkName(file), outcome: 'failed' as const }] };
  expect(judge(state, { ...tested, rounds: [failing] })?.verdict).toBe('failed');
});
