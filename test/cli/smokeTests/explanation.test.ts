import { expect, test } from 'vitest';
import { describe } from '../../../cli/smokeTests/explanation.ts';

test('nothing that a guest writes to its console steers the terminal of who reads it', () => {
  const lines = describe({
    id: 'v',
    outcome: 'quarantined',
    reason: 'panic',
    lineage: { sourceId: '/images/healthy', tags: { 'source-revision': '4f2c\u001b[1m' } },
    checks: [{ check: 'web', outcome: 'failed', detail: 'expected 0, got 7' }],
    warnings: [],
    attempts: [],
    evidence: [],
    next: 'mend it',
    serialLog: ['\u001b[2J\u001b]0;owned\u0007Kernel panic'],
  });

  expect(lines.join('\n')).toContain('·[2J·]0;owned·Kernel panic');
  expect(lines).toEqual(expect.arrayContaining(['  /images/healthy', '  source-revision: 4f2c·[1m']));
  expect(lines.join('\n')).toContain('failed  web: expected 0, got 7');
});

test('a run that is under way says for how long it is where it is', () => {
  const lines = describe({
    id: 'v',
    outcome: 'open',
    reason: '',
    lineage: {},
    stage: { stage: 'boots', since: '2026-11-22T08:00:30.000Z', elapsedSeconds: 130 },
    checks: [],
    warnings: [],
    attempts: [],
    evidence: [],
    next: 'wait: the run is under way',
    serialLog: [],
  });

  expect(lines).toContain('now: boots, for 2 min 10 s, since 2026-11-22T08:00:30.000Z');
});

test('what a version waits for is said, and until when', () => {
  const waits = { by: 'budget', reason: 'the budget is spent', until: '2026-12-01T00:00:00.000Z' };
  const nothing = { checks: [], warnings: [], attempts: [], evidence: [], serialLog: [], lineage: {} };
  const lines = describe({ id: 'v', outcome: 'open', reason: '', waits, next: 'wait', ...nothing });

  expect(lines.join('\n')).toContain('waits until 2026-12-01T00:00:00.000Z: the budget is spent');
});
