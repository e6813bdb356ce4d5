import { expect, it } from 'vitest';
import { tellable, tellableDraft } from '../../../shared/smokeTest/tellable.ts';

it('leaves nothing in a text that steers a terminal or breaks a line', () => {
  expect(tellable('got \u001b[2J\u0007ok\r\n  then\u0000\u009b1m')).toBe('got ·[2J·ok then··1m');
});

it('leaves nothing in a reason, a detail or a warning that gives access', () => {
  const secret = 'AccountKey=abcDEF123==';
  const draft = tellableDraft({
    verdict: 'failed',
    reason: `command x: stdout: got ${secret}`,
    checks: [{ check: 'command x', outcome: 'failed', detail: `got ${secret}` }],
    warnings: [`flaky: ${secret}`],
  });

  expect(JSON.stringify(draft)).not.toContain('abcDEF123');
  expect(draft).toMatchObject({ verdict: 'failed', checks: [{ check: 'command x', outcome: 'failed' }] });
});
