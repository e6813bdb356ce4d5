import { afterAll, beforeAll, expect, test } from 'vitest';
import { playRelease } from '../../local/demo/releaseStory.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { startTestStack } from './testStack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startTestStack('release', { policyFile: 'local/policy.release.yaml' });
}, 180_000);
afterAll(() => stack?.stop());

test('rings soak, a veto halts, a rollback leads back, and an expedited fix skips the soak', async () => {
  const lines: string[] = [];

  await playRelease(stack, { speed: 10, print: (line) => void lines.push(line) });

  expect(lines.join('\n')).toContain('latest in westeurope: 1.0.1 → 1.0.0');
}, 240_000);
