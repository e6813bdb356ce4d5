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

  expect(workOn('s', { messages, invocations, requests: [] }, [250])).toEqual([[100, 260]]);
});

it('begins with a timer when that is due, and never without a step', () => {
  const messages = [message('timer', 10, 500), message('dropped', 20)];

  const recording = { messages, invocations: [step('timer', 510, 530)], requests: [] };
  expect(workOn('s', recording, [520])).toEqual([[500, 530]]);
});

it('leaves out a look that found nothing to record, unless a call failed meanwhile', () => {
  const messages = [message('busy', 10), message('refused', 50), message('found', 100)];
  const invocations = [step('busy', 12, 20), step('refused', 52, 60), step('found', 102, 110)];
  const request = { method: 'GET', path: '/', from: 55, to: 56, target: 'arm' } as const;
  const requests = [
    { ...request, status: 429 },
    { ...request, status: 404, from: 15, to: 16 },
  ];

  expect(workOn('s', { messages, invocations, requests }, [105])).toEqual([
    [50, 60],
    [100, 110],
  ]);
});
