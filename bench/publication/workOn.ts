import type { Invocation } from '../recording/hostLog.ts';
import type { Recording } from '../recording/startRecordedStack.ts';
import type { Span } from './spans.ts';

/**
 * When the service was at work on an image definition: from the arrival of an event, or from the instant at which a timer
 * was due, to the end of the step that it woke. Time in the queue counts, so does waiting for a free worker. A look that
 * found nothing to record, `recordedAt`, is none: Azure was at work all the while. It is one where Azure refused a call
 * or failed, or another was quicker to write, for that is why nothing was recorded.
 */
export function workOn(session: string, recording: Recording, recordedAt: number[]): Span[] {
  const { messages, invocations } = recording;
  const steps = new Map(
    invocations.filter(({ name }) => name === 'publicationSteps').map((step) => [step.messageIds[0], step]),
  );
  const events = invocations.filter(({ name }) => name === 'imageEvents');
  const woken = messages.filter((message) => message.entity === 'publications' && message.session === session);
  return woken.flatMap(({ id, sentAt, dueAt }): Span[] => {
    const step = steps.get(id);
    if (!step || isInVain(step, recording, recordedAt)) return [];
    const isTimer = dueAt > sentAt;
    return [[isTimer ? dueAt : (arrival(events, sentAt) ?? sentAt), step.to]];
  });
}

/** Without request that failed: whose it was cannot be told where many steps run at once, so all of them count. */
function isInVain({ from, to }: Invocation, { requests }: Recording, recordedAt: number[]): boolean {
  const isWithin = (at: number) => from <= at && at <= to;
  return (
    !recordedAt.some(isWithin) &&
    !requests.some(({ status, from: at }) => (status === 412 || status >= 429) && isWithin(at))
  );
}

/** The event that a message was sent for: the last one under way at that moment. */
function arrival(events: Invocation[], sentAt: number): number | undefined {
  return events.findLast(({ from, to }) => from <= sentAt && sentAt <= to)?.from;
}
