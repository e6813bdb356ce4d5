import type { Invocation } from '../recording/hostLog.ts';
import type { Recording } from '../recording/startRecordedStack.ts';
import type { Span } from './spans.ts';

/**
 * When the service was at work on an image definition: from the arrival of an event, or from the instant at which a timer
 * was due, to the end of the step that it woke. Time in the queue counts, so does waiting for a free worker.
 */
export function workOn(session: string, { messages, invocations }: Recording): Span[] {
  const steps = new Map(
    invocations.filter(({ name }) => name === 'publicationSteps').map((step) => [step.messageIds[0], step]),
  );
  const events = invocations.filter(({ name }) => name === 'imageEvents');
  const woken = messages.filter((message) => message.entity === 'publications' && message.session === session);
  return woken.flatMap(({ id, sentAt, dueAt }): Span[] => {
    const step = steps.get(id);
    if (!step) return [];
    const isTimer = dueAt > sentAt;
    return [[isTimer ? dueAt : (arrival(events, sentAt) ?? sentAt), step.to]];
  });
}

/** The event that a message was sent for: the last one under way at that moment. */
function arrival(events: Invocation[], sentAt: number): number | undefined {
  return events.findLast(({ from, to }) => from <= sentAt && sentAt <= to)?.from;
}
