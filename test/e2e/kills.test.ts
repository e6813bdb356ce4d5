import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Stack } from '../../local/stack/startStack.ts';
import { type DeliveredTeams, subscribeDelivered } from './deliveredTeams.ts';
import { publishUnder } from './publishUnder.ts';
import { startTestStack } from './testStack.ts';

const moments = [
  'versionDetected',
  'held',
  'launchIntended',
  'launchAccepted',
  'agentReady',
  'checksStarted',
  'smokeTestFinished',
  'verdictReached',
  'publishIntended',
  'vmDeletionAccepted',
];

describe.each(['functionsHost', 'serviceBus'] as const)('SIGKILL of %s', (part) => {
  let stack: Stack;
  let delivered: DeliveredTeams;
  beforeAll(async () => {
    stack = await startTestStack(`kills-${part}`, { storageQueues: true });
    delivered = await subscribeDelivered(stack);
  }, 180_000);
  afterAll(async () => {
    await delivered?.stop();
    await stack?.stop();
  });

  it.each(moments.map((moment, patch) => [moment, patch] as const))(
    'as soon as %s is seen changes nothing in the end',
    async (moment, patch) => {
      const what = async () => {
        await stack[part].kill();
        await stack[part].restart();
      };

      await publishUnder(stack, [{ when: moment, what }], { patch, delivered });
    },
    420_000,
  );
});
