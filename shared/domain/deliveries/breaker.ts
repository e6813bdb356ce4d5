import { addMs, type Instant } from '../instant.ts';

/** So many failures in a row open the breaker of a team. */
export const failuresToOpen = 5;
/** The one try that decides has ended by then, or its worker is gone. */
export const tryMs = 10_000;
const shortestOpenMs = 60_000;
const longestOpenMs = 15 * 60_000;

/** What all instances know of the deliveries to a team that go wrong. */
export interface Breaker {
  failuresInRow: number;
  openMs: number;
  /** Until then nothing is tried; after it, one try decides. */
  openUntil?: Instant;
}

export const closed: Breaker = { failuresInRow: 0, openMs: 0 };

/** Each time that one try has decided against it, it stays open twice as long. */
export function withFailure({ failuresInRow, openMs, openUntil }: Breaker, now: Instant): Breaker {
  const failures = failuresInRow + 1;
  // Tries that were under way when it opened end soon after, and say nothing new.
  const isOpen = openUntil !== undefined && openUntil > addMs(now, tryMs);
  if (failures < failuresToOpen || isOpen)
    return { failuresInRow: failures, openMs, ...(openUntil !== undefined && { openUntil }) };
  const longer = Math.min(Math.max(openMs * 2, shortestOpenMs), longestOpenMs);
  return { failuresInRow: failures, openMs: longer, openUntil: addMs(now, longer) };
}
