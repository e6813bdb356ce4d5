import rhea from 'rhea';
import { expect, it } from 'vitest';
import type { Queue } from '../../../../local/serviceBus/entity/queue.ts';
import { content, testNamespace } from './testNamespace.ts';

const hour = 3_600_000;
const statesIn = (queue: Queue) => [...queue.store.all()].map(({ content, state }) => [content.messageId, state]);

function scheduled(id: string, at: number, fields: Record<string, unknown> = {}) {
  const message_annotations = { 'x-opt-scheduled-enqueue-time': rhea.types.wrap_timestamp(at) };
  return content(id, { message_annotations, ...fields });
}

const deduplicating = {
  queues: [{ name: 'q', requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: 'PT1H' }],
};

it('drops a message whose id it saw within the window, also in one batch', async () => {
  const { clock, inbox, queue } = testNamespace(deduplicating);

  inbox('q').send([content('1'), content('1')]);
  await clock.advance(hour - 1);
  inbox('q').send([content('1')]);
  expect(queue('q').store.size).toBe(1);
  await clock.advance(1);
  inbox('q').send([content('1')]);

  expect(queue('q').store.size).toBe(2);
});

it('counts the id of a scheduled message from the moment it was sent', async () => {
  const { clock, inbox, queue } = testNamespace(deduplicating);

  inbox('q').schedule([scheduled('1', clock.now() + 2 * hour)]);
  inbox('q').send([content('1')]);
  expect(statesIn(queue('q'))).toEqual([['1', 'scheduled']]);
  await clock.advance(hour);
  inbox('q').send([content('1')]);
  await clock.advance(hour);

  expect(statesIn(queue('q'))).toEqual([
    ['1', 'active'],
    ['1', 'active'],
  ]);
});

it('remembers ids over a restart for what is left of the window', async () => {
  const before = testNamespace(deduplicating);
  before.inbox('q').send([content('1')]);
  await before.clock.advance(hour / 2);

  const { clock, inbox, queue } = before.reopened([...before.namespace.snapshot()]);
  inbox('q').send([content('1')]);
  expect(queue('q').store.size).toBe(1);
  await clock.advance(hour / 2);
  inbox('q').send([content('1')]);

  expect(queue('q').store.size).toBe(2);
});

it('enqueues a scheduled message when it is due, under a new number, also after a restart', async () => {
  const before = testNamespace({ queues: [{ name: 'q' }] });
  const [number] = before.inbox('q').schedule([scheduled('later', before.clock.now() + hour)]);
  before.inbox('q').send([content('now')]);

  const { clock, queue } = before.reopened();
  expect(queue('q').takeAndRemove()?.content.messageId).toBe('now');
  expect(queue('q').take()).toBeUndefined();
  await clock.advance(hour);
  const later = queue('q').take();

  expect(number).toBe(1);
  expect(later?.message).toMatchObject({ sequenceNumber: 3, enqueuedAt: clock.now() });
});

it('schedules a sent message that carries the instant, and sends it at once where the instant is past', () => {
  const { clock, inbox, queue } = testNamespace({ queues: [{ name: 'q' }] });

  inbox('q').send([scheduled('future', clock.now() + 1), scheduled('past', clock.now())]);

  expect(statesIn(queue('q'))).toEqual([
    ['future', 'scheduled'],
    ['past', 'active'],
  ]);
});

it('cancels what is scheduled, and refuses a number that is not', async () => {
  const { clock, inbox, queue } = testNamespace({ queues: [{ name: 'q' }] });
  const numbers = inbox('q').schedule([scheduled('1', clock.now() + hour), scheduled('2', clock.now() + hour)]);

  expect(() => inbox('q').cancel([...numbers, 99])).toThrow(/99/);
  inbox('q').cancel(numbers);
  await clock.advance(hour);

  expect(queue('q').store.size).toBe(0);
});

it('gives an id to a message without one', () => {
  const { inbox, queue } = testNamespace({ queues: [{ name: 'q' }] });

  inbox('q').send([content('', { message_id: undefined })]);

  expect(queue('q').take()?.message.content.messageId).toMatch(/^[0-9a-f]{32}$/);
});

it('refuses ids and keys of more than 128 characters, and then takes nothing of the batch', () => {
  const { inbox, queue } = testNamespace({ queues: [{ name: 'q' }] });
  const long = 'x'.repeat(129);
  const keyed = content('1', { message_annotations: { 'x-opt-partition-key': long } });

  for (const refused of [content(long), content('1', { group_id: long }), keyed]) {
    expect(() => inbox('q').send([content('fine'), refused])).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:argument-out-of-range' }),
    );
  }
  inbox('q').send([content('x'.repeat(128))]);

  expect(queue('q').store.size).toBe(1);
});

it('schedules on a topic, and fans out when the message is due', async () => {
  const { clock, inbox, queue } = testNamespace({ topics: [{ name: 't' }] }, [{ topic: 't', name: 's' }]);

  inbox('t').schedule([scheduled('1', clock.now() + hour)]);
  expect(queue('t/Subscriptions/s').store.size).toBe(0);
  await clock.advance(hour);

  expect(queue('T/subscriptions/S').store.size).toBe(1);
});
