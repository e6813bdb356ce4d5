import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { GuestWork } from './guestWorker.ts';
import type { GuestRun } from './runInGuest.ts';

/** Real time: in the guest itself none passes. */
const longestMs = 180_000;
const tellEveryMs = 2_000;

/** Runs the checks in a thread of its own, tells every two seconds how long that has been, and ends it when it hangs. */
export async function watchGuest(
  work: GuestWork,
  tell: (seconds: number) => void,
  limitMs = longestMs,
): Promise<GuestRun> {
  const worker = new Worker(new URL('./guestWorker.ts', import.meta.url), { workerData: work });
  const ended = new AbortController();
  let seconds = 0;
  const progress = setInterval(() => {
    seconds += tellEveryMs / 1_000;
    tell(seconds);
  }, tellEveryMs);
  const limit = setTimeout(() => ended.abort(), limitMs);
  try {
    const [run]: GuestRun[] = await once(worker, 'message', { signal: ended.signal });
    return run ?? { kind: 'unanswered', reason: 'it ended without an answer' };
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    return { kind: 'unanswered', reason: `it had not answered after ${limitMs / 1_000} s` };
  } finally {
    clearInterval(progress);
    clearTimeout(limit);
    await worker.terminate();
  }
}
