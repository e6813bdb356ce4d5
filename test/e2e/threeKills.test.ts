import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Stack } from '../../local/stack/startStack.ts';
import { type DeliveredTeams, subscribeDelivered } from './deliveredTeams.ts';
import { publishUnder } from './publishUnder.ts';
import { startTestStack } from './testStack.ts';

describe('the built app on local Azure', () => {
  let stack: Stack;
  let delivered: DeliveredTeams;
  beforeAll(async () => {
    stack = await startTestStack('three-kills', { storageQueues: true });
    delivered = await subscribeDelivered(stack);
  }, 180_000);
  afterAll(async () => {
    await delivered?.stop();
    await stack?.stop();
  });

  it('reaches the same end, and tells each team all of it, when its host is killed twice and Service Bus once', async () => {
    const kill = (part: 'functionsHost' | 'serviceBus') => async () => {
      await stack[part].kill();
      await stack[part].restart();
    };

    await publishUnder(
      stack,
      [
        { when: 'launchIntended', what: kill('functionsHost') },
        { when: 'smokeTestFinished', what: kill('serviceBus') },
        { when: 'publishIntended', what: kill('functionsHost') },
      ],
      { delivered },
    );
  }, 420_000);
});
