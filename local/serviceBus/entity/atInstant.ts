import type { Clock } from '../../clock.ts';

/** Runs the action at an instant, never before it: timers may fire early, and long ones are cut short. */
export function atInstant(clock: Clock, instant: number, action: () => void): () => void {
  let cancel = clock.after(instant - clock.now(), check);
  function check(): void {
    if (clock.now() >= instant) action();
    else cancel = clock.after(instant - clock.now(), check);
  }
  return () => cancel();
}
