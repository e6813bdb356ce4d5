import { expect, it } from 'vitest';
import { content, testNamespace } from './testNamespace.ts';

const minute = 60_000;

function open() {
  const namespace = testNamespace({ queues: [{ name: 'q', requiresSession: true, lockDuration: 'PT5M' }] });
  const queue = namespace.queue('q');
  if (!queue.sessions) throw new Error('no sessions');
  const send = (id: string, group_id: string) => namespace.inbox('q').send([content(id, { group_id })]);
  return { ...namespace, sessionQueue: queue, sessions: queue.sessions, send };
}

function holder() {
  const lost: true[] = [];
  return { lost, onLost: () => void lost.push(true) };
}

it('gives a session to one holder at a time, its messages in order', () => {
  const { sessions, sessionQueue, send } = open();
  send('1', 'a');
  send('2', 'b');
  send('3', 'a');

  const a = sessions.accept('a', holder());
  const taken = [sessionQueue.take(a), sessionQueue.take(a), sessionQueue.take(a)];

  expect(taken.map((locked) => locked?.message.content.messageId)).toEqual(['1', '3', undefined]);
  expect(() => sessions.accept('a', holder())).toThrow(
    expect.objectContaining({ condition: 'com.microsoft:session-cannot-be-locked' }),
  );
});

it('gives out the session that has been ready longest, and none without messages', () => {
  const { sessions, send } = open();
  send('1', 'a');
  send('2', 'b');
  const a = sessions.acceptNext(holder());
  const b = sessions.acceptNext(holder());

  expect([a?.sessionId, b?.sessionId, sessions.acceptNext(holder())]).toEqual(['a', 'b', undefined]);
  if (a) sessions.release(a);
  expect(sessions.acceptNext(holder())?.sessionId).toBe('a');
});

it('wakes one waiting receiver for each session that becomes ready', () => {
  const { sessions, send } = open();
  const woken: string[] = [];
  for (const name of ['first', 'second']) {
    sessions.waitForNext(() => woken.push(`${name} ${sessions.acceptNext(holder())?.sessionId}`));
  }

  send('1', 'a');
  send('2', 'a');
  expect(woken).toEqual(['first a']);
  send('3', 'b');
  expect(woken).toEqual(['first a', 'second b']);
});

it('does not count a delivery when the holder leaves, but does when the lock expires', async () => {
  const { clock, sessions, sessionQueue, send } = open();
  send('1', 'a');
  const first = sessions.accept('a', holder());
  sessionQueue.take(first);
  sessions.release(first);
  const second = holder();
  const lock = sessions.accept('a', second);
  expect(sessionQueue.take(lock)?.message.deliveryCount).toBe(0);

  await clock.advance(5 * minute);
  const third = sessions.accept('a', holder());

  expect(second.lost).toHaveLength(1);
  expect(sessionQueue.take(third)?.message.deliveryCount).toBe(1);
});

it('lets only the holder renew, and only while it holds', async () => {
  const { clock, sessions } = open();
  const mine = holder();
  sessions.accept('a', mine);

  await clock.advance(4 * minute);
  expect(sessions.renew('a', mine)).toBe(clock.now() + 5 * minute);
  expect(() => sessions.renew('a', holder())).toThrow(
    expect.objectContaining({ condition: 'com.microsoft:session-lock-lost' }),
  );
  await clock.advance(5 * minute);
  expect(() => sessions.renew('a', mine)).toThrow(
    expect.objectContaining({ condition: 'com.microsoft:session-lock-lost' }),
  );
});

it('loses the message locks with the session lock', async () => {
  const { clock, sessions, sessionQueue, send } = open();
  send('1', 'a');
  const token = sessionQueue.take(sessions.accept('a', holder()))?.token ?? '';

  await clock.advance(5 * minute);

  expect(() => sessionQueue.complete(token)).toThrow(
    expect.objectContaining({ condition: 'com.microsoft:message-lock-lost' }),
  );
});

it('keeps session state over restarts, and lists sessions by messages or by state', async () => {
  const before = open();
  before.send('1', 'with messages');
  before.sessions.accept('with state', holder());
  before.sessions.setState('with state', Buffer.from('state'));
  const reopened = before.reopened([...before.namespace.snapshot()]).queue('q').sessions;

  reopened?.accept('with state', holder());

  expect(reopened?.state('with state')?.toString()).toBe('state');
  expect(reopened?.list(before.clock.now() - 1)).toEqual(['with state']);
  expect(reopened?.list(before.clock.now())).toEqual([]);
  expect(reopened?.list()).toContain('with messages');
});
