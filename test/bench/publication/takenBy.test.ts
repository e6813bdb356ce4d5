import { expect, it } from 'vitest';
import type { Publication } from '../../../bench/publication/publishAll.ts';
import { timeOf } from '../../../bench/publication/takenBy.ts';

const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/c/images/i/versions/1.0.0';
const entry = (type: string, at: number) => ({ at: new Date(at).toISOString(), fact: { type, imageVersionId: id } });
const publication = {
  definition: 'd',
  entries: [entry('versionDetected', 1_500), entry('published', 9_500)],
} as unknown as Publication;
const wakeUp = (name: string, sentAt: number, dueAt = sentAt) => ({
  ...{ entity: 'publications', id: name, session: 'd', sentAt, dueAt },
});
const step = (name: string, from: number, to: number) => ({ name: 'publicationSteps', from, to, messageIds: [name] });

it('divides the time until latest into work and queue, refusal by Azure, and waiting', () => {
  const messages = [wakeUp('event', 1_000), wakeUp('timer', 4_000, 8_000)];
  const invocations = [step('event', 1_200, 4_000), step('timer', 9_000, 10_000)];
  const refused = { target: 'arm' as const, method: 'GET', status: 429, from: 2_000, to: 2_100, retryAfterMs: 1_000 };
  const requests = [{ ...refused, path: id }];

  expect(timeOf(publication, { messages, invocations, requests }, 1)).toEqual({
    ...{ begin: 1_000, latest: 9_500 },
    ownMs: 3_000 - 1_100 + 1_500,
    refusedMs: 1_100,
    waitMs: 4_000,
  });
});

it('counts own time by the processor where the clock is faster', () => {
  const recording = { messages: [wakeUp('event', 1_000)], invocations: [step('event', 1_000, 9_500)], requests: [] };

  expect(timeOf(publication, recording, 10)).toMatchObject({ ownMs: 850, waitMs: 0 });
});
