/**
 * The time of every local part: now in epoch milliseconds, and timers. A part takes a Clock and never reads Date or
 * setTimeout itself, so tests drive it by hand and nothing sleeps.
 */
export interface Clock {
  now(): number;
  /** Runs `action` once, `delayMs` from now; returns the cancellation. A pending timer keeps no process alive. */
  after(delayMs: number, action: () => void): () => void;
}

const longestTimerMs = 2 ** 31 - 1;

/** The clock of a process. Where compressedTime.ts is preloaded, it runs at that speed. */
export const processClock: Clock = {
  now: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, Math.min(Math.max(delayMs, 0), longestTimerMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Waits on a clock; resolves early, without an error, when the signal aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = clock.after(delayMs, finish);
    function finish(): void {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    }
    signal?.addEventListener('abort', finish, { once: true });
  });
}
