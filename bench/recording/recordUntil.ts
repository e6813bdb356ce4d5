import { setTimeout as wait } from 'node:timers/promises';
import type { RecordedStack, Recording } from './startRecordedStack.ts';

const limitMs = 20_000;

/** What the service did, once it is done with what the log said before. Rejects when it never is. */
export async function recordUntil(
  { record }: Pick<RecordedStack, 'record'>,
  isDone: (recording: Recording) => boolean,
): Promise<Recording> {
  const until = performance.now() + limitMs;
  for (;;) {
    const recording = await record();
    if (isDone(recording)) return recording;
    if (performance.now() > until) throw new Error('the service does not come to an end');
    await wait(250);
  }
}
