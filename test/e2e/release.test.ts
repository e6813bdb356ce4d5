import { afterAll, beforeAll, expect, test } from 'vitest';
import { playRelease } from '../../local/demo/releaseStory.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { startTestStack } from './testStack.ts';

const policyFile = 'local/policy.release.yaml';

let stack: Stack;
beforeAll(async () => {
  stack = await startTestStack('release', { policyFile });
}, 180_000);
afterAll(() => stack?.stop());

test('rings soak, a veto halts, a rollback leads back, a fix skips the soak, and what is old is retired and deleted', async () => {
  const lines: string[] = [];

  await playRelease(stack, { speed: 10, policyFile, print: (line) => void lines.push(line) });

  const told = lines.join('\n');
  expect(told).toContain('latest in westeurope: 1.0.1 → 1.0.0');
  expect(told.indexOf('would be deleted')).toBeGreaterThan(0);
  expect(told.indexOf('deleted by retention')).toBeGreaterThan(told.indexOf('would be deleted'));
}, 240_000);
