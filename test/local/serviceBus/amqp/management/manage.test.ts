import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../../../manualClock.ts';
import { startTestBus } from '../../startTestBus.ts';

const minute = 60_000;
let clock: ManualClock;
let bus: Awaited<ReturnType<typeof startTestBus>>;

beforeEach(async () => {
  // Tokens of the client are dated by the real clock, so this one starts there.
  clock = new ManualClock(Date.now());
  bus = await startTestBus({
    clock,
    entities: { queues: [{ name: 'q' }, { name: 's', requiresSession: true }], topics: [{ name: 't' }] },
    teamSubscriptions: [{ topic: 't', name: 'team' }],
  });
});

afterEach(() => bus.stop());

const only = (messages: ServiceBusReceivedMessage[]): ServiceBusReceivedMessage => {
  const [message] = messages;
  if (!message || messages.length > 1) throw new Error(`expected one message, got ${messages.length}`);
  return message;
};

it('peeks in order, from a number on, in one session or all, without locking', async () => {
  const { client } = bus;
  await client.createSender('q').sendMessages([0, 1, 2, 3].map((body) => ({ body })));
  await client.createSender('s').sendMessages(['a', 'b', 'a'].map((sessionId, body) => ({ body, sessionId })));

  const receiver = client.createReceiver('q');
  const bodies = (messages: ServiceBusReceivedMessage[]) => messages.map(({ body }) => body);
  expect(bodies(await receiver.peekMessages(2))).toEqual([0, 1]);
  expect(bodies(await receiver.peekMessages(9))).toEqual([2, 3]);
  expect(await receiver.peekMessages(9)).toEqual([]);
  expect(bodies(await receiver.receiveMessages(9))).toEqual([0, 1, 2, 3]);
  const session = await client.acceptSession('s', 'a');
  expect(bodies(await session.peekMessages(9))).toEqual([0, 2]);
});

it('schedules messages, cancels one, and delivers the other when it is due', async () => {
  const sender = bus.client.createSender('q');
  const receiver = bus.client.createReceiver('q');
  const at = new Date(clock.now() + minute);

  const numbers = await sender.scheduleMessages([{ body: 'kept' }, { body: 'cancelled' }], at);
  expect((await receiver.peekMessages(9)).map(({ state }) => state)).toEqual(['scheduled', 'scheduled']);
  await sender.cancelScheduledMessages(numbers.slice(1));
  const arrives = receiver.receiveMessages(1);
  await clock.advance(minute);

  expect(only(await arrives)).toMatchObject({ body: 'kept', enqueuedTimeUtc: at });
  await expect(sender.cancelScheduledMessages(numbers)).rejects.toMatchObject({ code: 'MessageNotFound' });
});

it('defers a message and gives it out by number, to be settled in any way', async () => {
  const receiver = bus.client.createReceiver('q');
  await bus.client.createSender('q').sendMessages({ body: 'x' });
  const received = only(await receiver.receiveMessages(1));
  const number = received.sequenceNumber;
  if (!number) throw new Error('no number');
  await receiver.deferMessage(received, { step: 1 });

  const first = only(await receiver.receiveDeferredMessages(number));
  await receiver.abandonMessage(first, { step: 2 });
  const second = only(await receiver.receiveDeferredMessages(number));
  await receiver.deadLetterMessage(second, {
    deadLetterReason: 'enough',
    deadLetterErrorDescription: 'twice',
  });
  const dead = only(await bus.client.createReceiver('q', { subQueueType: 'deadLetter' }).receiveMessages(1));

  expect([first, second].map(({ state, applicationProperties }) => [state, applicationProperties])).toEqual([
    ['deferred', { step: 1 }],
    ['deferred', { step: 2 }],
  ]);
  expect(dead).toMatchObject({ body: 'x', deadLetterReason: 'enough', deliveryCount: 1 });
  await expect(receiver.receiveDeferredMessages(number)).rejects.toThrow(/not deferred here/);
});

it('renews message locks and session locks', async () => {
  const { client } = bus;
  await client.createSender('q').sendMessages({ body: 'x' });
  const receiver = client.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 });
  const message = only(await receiver.receiveMessages(1));
  const session = await client.acceptSession('s', 'a', { maxAutoLockRenewalDurationInMs: 0 });

  await clock.advance(minute / 2);
  const until = new Date(clock.now() + minute);
  expect(await receiver.renewMessageLock(message)).toEqual(until);
  expect(await session.renewSessionLock()).toEqual(until);
  await clock.advance(minute);

  await expect(receiver.renewMessageLock(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
  await expect(receiver.completeMessage(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
  await expect(session.renewSessionLock()).rejects.toMatchObject({ code: 'SessionLockLost' });
});

it('lists, adds and removes the rules of a subscription', async () => {
  const rules = bus.client.createRuleManager('t', 'team');
  const listed = async () => {
    const found: unknown[] = [];
    for await (const { name, filter, action } of rules.listRules()) found.push([name, filter, action]);
    return found;
  };

  expect(await listed()).toEqual([['$Default', { sqlExpression: '1=1' }, {}]]);
  await rules.deleteRule('$Default');
  await rules.createRule('sql', { sqlExpression: 'a = 1' }, { sqlExpression: 'SET b = 2' });
  await rules.createRule('correlation', { subject: 's', applicationProperties: { a: 1 } });

  expect(await listed()).toEqual([
    ['sql', { sqlExpression: 'a = 1' }, { sqlExpression: 'SET b = 2' }],
    ['correlation', expect.objectContaining({ subject: 's', applicationProperties: { a: 1 } }), {}],
  ]);
  await expect(rules.createRule('bad', { sqlExpression: 'a = ' })).rejects.toThrow(/Expected a value/);
  await expect(rules.createRule('SQL', { sqlExpression: '1=1' })).rejects.toThrow(/exists already/);
  await expect(rules.deleteRule('gone')).rejects.toThrow(/no rule/);
});
