import { setTimeout as wait } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceBusConnectionString } from '../../local/stack/endpoints.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { publishUnder } from './publishUnder.ts';
import { startTestStack } from './testStack.ts';

/** A minute on clocks that run ten times as fast. */
const minuteMs = 6_000;

describe('an outage of one minute', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startTestStack('outages');
  }, 180_000);
  afterAll(() => stack.stop());

  it('of Service Bus, of Azure Resource Manager and of storage only delays, and dead-letters nothing', async () => {
    const outage = (part: 'serviceBus' | 'controlPlane' | 'storage') => async () => {
      await stack[part].stop();
      await wait(minuteMs);
      await stack[part].restart();
    };

    await publishUnder(stack, [
      { when: 'held', what: outage('serviceBus') },
      { when: 'launchAccepted', what: outage('controlPlane') },
      { when: 'smokeTestFinished', what: outage('storage') },
    ]);

    expect(await deadLetters(stack)).toEqual([]);
  }, 420_000);
});

async function deadLetters({ endpoints }: Stack): Promise<string[]> {
  const client = new ServiceBusClient(serviceBusConnectionString(endpoints));
  const found: string[] = [];
  for (const queue of ['publications', 'audit-index']) {
    const messages = await client.createReceiver(queue, { subQueueType: 'deadLetter' }).peekMessages(100);
    found.push(...messages.map((message) => `${queue}: ${message.deadLetterReason}`));
  }
  await client.close();
  return found;
}
