import { expect, it } from 'vitest';
import { workOn } from '../../../bench/publication/workOn.ts';

const message = (id: string, sentAt: number, dueAt = sentAt, session = 's') => ({
  ...{ entity: 'publications', id, session, sentAt, dueAt },
});
const step = (id: string, from: number, to: number) => ({ name: 'publicationSteps', from, to, messageIds: [id] });

it('lasts from the event to the end of the step, queue and all', () => {
  const event = { name: 'imageEvents', from: 100, to: 130, messageIds: [] };
  const messages = [message('a', 120), message('other', 121, 121, 't')];
  const invocations = [event, step('a', 200, 260), step('other', 121, 122)];

  expect(workOn('s', { messages, invocations, requests: [] })).toEqual([[100, 260]]);
});

it('begins with a timer when that is due, and never without a step', () => {
  const messages = [message('timer', 10, 500), message('dropped', 20)];

  expect(workOn('s', { messages, invocations: [step('timer', 510, 530)], requests: [] })).toEqual([[500, 530]]);
});
