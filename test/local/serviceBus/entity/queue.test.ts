import { expect, it } from 'vitest';
import type { Queue } from '../../../../local/serviceBus/entity/queue.ts';
import { content, testNamespace } from './testNamespace.ts';

const minute = 60_000;
const take = (queue: Queue) => {
  const locked = queue.take();
  if (!locked) throw new Error('nothing to take');
  return locked;
};
const idsIn = (queue: Queue) => [...queue.store.all()].map((message) => message.content.messageId);

it('hands each message to one receiver, in the order of arrival', () => {
  const { inbox, queue } = testNamespace({ queues: [{ name: 'q' }] });

  inbox('q').send(['1', '2', '3'].map((id) => content(id)));

  expect(
    [take(queue('q')), take(queue('q')), take(queue('q'))].map(({ message }) => message.content.messageId),
  ).toEqual(['1', '2', '3']);
  expect(queue('q').take()).toBeUndefined();
});

it('redelivers a message whose lock expired, in its old place, with one more delivery counted', async () => {
  const { clock, inbox, queue } = testNamespace({ queues: [{ name: 'q', lockDuration: 'PT1M' }] });
  inbox('q').send([content('1'), content('2')]);
  const { token } = take(queue('q'));

  await clock.advance(minute - 1);
  expect(queue('q').holds(token)).toBe(true);
  await clock.advance(1);
  const again = take(queue('q'));

  expect(again.message).toMatchObject({ sequenceNumber: 1, deliveryCount: 1 });
  expect(() => queue('q').complete(token)).toThrow(
    expect.objectContaining({ condition: 'com.microsoft:message-lock-lost' }),
  );
});

it('keeps a lock as long as it is renewed', async () => {
  const { clock, inbox, queue } = testNamespace({ queues: [{ name: 'q', lockDuration: 'PT1M' }] });
  inbox('q').send([content('1')]);
  const { token } = take(queue('q'));

  await clock.advance(minute / 2);
  expect(queue('q').renew(token)).toBe(clock.now() + minute);
  await clock.advance(minute - 1);

  queue('q').complete(token);
  expect(queue('q').store.size).toBe(0);
});

it('dead-letters a message that failed as often as it may', () => {
  const { inbox, queue } = testNamespace({ queues: [{ name: 'q', maxDeliveryCount: 2 }] });
  inbox('q').send([content('1')]);

  queue('q').abandon(take(queue('q')).token);
  queue('q').abandon(take(queue('q')).token);

  const { message } = take(queue('q/$DeadLetterQueue'));
  expect(queue('q').store.size).toBe(0);
  expect(message).toMatchObject({ deliveryCount: 2, deadLetterSource: 'q' });
  expect(message.content.applicationProperty('DeadLetterReason')).toBe('MaxDeliveryCountExceeded');
});

it('dead-letters an expired message where the queue says so, and drops it elsewhere', async () => {
  const { clock, inbox, queue } = testNamespace({
    queues: [
      { name: 'keeps', defaultMessageTimeToLive: 'PT10S', deadLetteringOnMessageExpiration: true },
      { name: 'drops', defaultMessageTimeToLive: 'PT1H' },
    ],
  });
  inbox('keeps').send([content('long', { ttl: 20_000 })]);
  inbox('drops').send([content('short', { ttl: 10_000 })]);

  await clock.advance(10_000);

  expect([idsIn(queue('keeps')), idsIn(queue('drops'))]).toEqual([[], []]);
  const { message } = take(queue('keeps/$deadletterqueue'));
  expect(message.content.applicationProperty('DeadLetterReason')).toBe('TTLExpiredException');
  await clock.advance(60 * minute);
  expect(idsIn(queue('keeps/$deadletterqueue'))).toEqual(['long']);
});

it('lets nobody expire a message while it is locked', async () => {
  const { clock, inbox, queue } = testNamespace({
    queues: [{ name: 'q', defaultMessageTimeToLive: 'PT10S', lockDuration: 'PT1M' }],
  });
  inbox('q').send([content('1'), content('2')]);
  const one = take(queue('q'));
  const two = take(queue('q'));

  await clock.advance(30_000);
  queue('q').complete(one.token);
  queue('q').abandon(two.token);

  expect(queue('q').store.size).toBe(0);
});

it('keeps a deferred message out of the line until it is asked for by number', () => {
  const { inbox, queue } = testNamespace({ queues: [{ name: 'q' }] });
  inbox('q').send([content('1')]);
  queue('q').defer(take(queue('q')).token);

  expect(queue('q').take()).toBeUndefined();
  const [deferred] = queue('q').takeDeferred([1], undefined);
  expect(() => queue('q').takeDeferred([1], undefined)).toThrow(/not deferred here or is locked/);
  queue('q').abandon(deferred?.token ?? '');
  expect(queue('q').take()).toBeUndefined();
  expect(queue('q').takeAndRemoveDeferred([1])).toHaveLength(1);
  expect(queue('q').store.size).toBe(0);
});

it('wakes waiting receivers one message each', () => {
  const { inbox, queue } = testNamespace({ queues: [{ name: 'q' }] });
  const got: string[] = [];
  for (const name of ['a', 'b'])
    queue('q').wait(undefined, () => got.push(`${name}${queue('q').take()?.message.content.messageId}`));

  inbox('q').send([content('1')]);
  expect(got).toEqual(['a1']);
  inbox('q').send([content('2'), content('3')]);
  expect(got).toEqual(['a1', 'b2']);
});

it('refuses to dead-letter from a dead-letter queue', () => {
  const { inbox, queue } = testNamespace({ queues: [{ name: 'q' }] });
  inbox('q').send([content('1')]);
  queue('q').deadLetter(take(queue('q')).token, 'why');

  expect(() => queue('q/$deadletterqueue').deadLetter(take(queue('q/$deadletterqueue')).token)).toThrow(
    /cannot be dead-lettered/,
  );
});

it('forwards what arrives and what is dead-lettered, at most four times', () => {
  const { inbox, queue } = testNamespace({
    queues: [
      { name: 'first', forwardTo: 'second' },
      { name: 'second', forwardDeadLetteredMessagesTo: 'graveyard' },
      { name: 'graveyard' },
      { name: 'circle', forwardTo: 'circle' },
    ],
  });

  inbox('first').send([content('1')]);
  queue('second').deadLetter(take(queue('second')).token, 'why');
  inbox('circle').send([content('2')]);

  expect([idsIn(queue('first')), idsIn(queue('graveyard'))]).toEqual([[], ['1']]);
  const { message } = take(queue('circle/$deadletterqueue'));
  expect(message.content.applicationProperty('DeadLetterReason')).toBe('MaxTransferHopCountExceeded');
});

it('has after a restart what it had before, unlocked, with delivery counts, and never gives a number twice', () => {
  const before = testNamespace({ queues: [{ name: 'q' }] });
  before.inbox('q').send(['1', '2', '3', '4'].map((id) => content(id)));
  const [one, two, three] = [take(before.queue('q')), take(before.queue('q')), take(before.queue('q'))];
  before.queue('q').complete(one.token);
  before.queue('q').abandon(two.token);
  before.queue('q').deadLetter(three.token, 'why');
  take(before.queue('q'));

  for (const written of [before.records, [...before.namespace.snapshot()]]) {
    const { queue, inbox } = before.reopened(written);
    inbox('q').send([content('5')]);
    const left = [take(queue('q')), take(queue('q')), take(queue('q'))].map(({ message }) => message);

    expect(left.map((message) => [message.content.messageId, message.sequenceNumber, message.deliveryCount])).toEqual([
      ['2', 2, 1],
      ['4', 4, 0],
      ['5', 6, 0],
    ]);
    expect(idsIn(queue('q/$deadletterqueue'))).toEqual(['3']);
  }
});
