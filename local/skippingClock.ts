import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** Timers beyond it stand for "never". */
const horizonMs = 24 * 60 * 60_000;
/** So that what a timer set off has set its own timers before the next one is due. */
const turnsBetween = 20;

/** A clock that runs ahead to the next timer as soon as nothing else is to be done: whoever waits on it waits for nothing. */
export function createSkippingClock(startMs: number): Clock {
  const timers = new Set<{ at: number; action: () => void }>();
  let now = startMs;
  let isRunning = false;

  async function runAhead(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (;;) {
      for (let turn = 0; turn < turnsBetween; turn++) await setImmediate();
      const [next] = [...timers].filter(({ at }) => at - now <= horizonMs).sort((a, b) => a.at - b.at);
      if (!next) break;
      timers.delete(next);
      now = next.at;
      next.action();
    }
    isRunning = false;
  }

  return {
    now: () => now,
    after(delayMs, action) {
      const timer = { at: now + Math.max(delayMs, 0), action };
      timers.add(timer);
      void runAhead();
      return () => timers.delete(timer);
    },
  };
}
