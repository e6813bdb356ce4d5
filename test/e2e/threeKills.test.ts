import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Stack } from '../../local/stack/startStack.ts';
import { publishUnder } from './publishUnder.ts';
import { startTestStack } from './testStack.ts';

describe('the built app on local Azure', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startTestStack('three-kills');
  }, 180_000);
  afterAll(() => stack.stop());

  it('reaches the same end when its host is killed twice and Service Bus once', async () => {
    const kill = (part: 'functionsHost' | 'serviceBus') => async () => {
      await stack[part].kill();
      await stack[part].restart();
    };

    await publishUnder(stack, [
      { when: 'launchIntended', what: kill('functionsHost') },
      { when: 'smokeTestFinished', what: kill('serviceBus') },
      { when: 'publishIntended', what: kill('functionsHost') },
    ]);
  }, 150_000);
});
