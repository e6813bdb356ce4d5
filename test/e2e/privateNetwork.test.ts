import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Stack } from '../../local/stack/startStack.ts';
import { publishUnder } from './publishUnder.ts';
import { startTestStack } from './testStack.ts';

describe('where Event Grid cannot reach the app', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startTestStack('private-network', {
      privateNetwork: true,
      // Too late for the test: what is found is found by events.
      appSettings: { IMPRIMATUR_SWEEP_SCHEDULE: '0 0 0 1 1 *' },
    });
  }, 180_000);
  afterAll(() => stack.stop());

  it('events that are delivered to the queue lead to the same end', async () => {
    await publishUnder(stack, []);
  }, 150_000);
});
