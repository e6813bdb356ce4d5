import { addMs, type Instant } from '../instant.ts';
import type { Delivery } from './delivery.ts';

/** What came of one try. */
export type TryOutcome =
  | { kind: 'delivered' }
  /** It may work another time; `retryAfterMs` where the receiver asks to wait. */
  | { kind: 'failed'; reason: string; retryAfterMs?: number }
  /** It will not, whenever it is tried. */
  | { kind: 'final'; reason: string };

export type NextStep = { kind: 'done' } | { kind: 'again'; at: Instant } | { kind: 'deadLetter'; reason: string };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits before the second try, the third and so on; after the last it is a dead letter, a day after the first. */
export const waitsMs = [5 * second, 2 * minute, 10 * minute, 30 * minute, 2 * hour, 5 * hour, 8 * hour, 8 * hour];
/** A breaker that is open puts tries off without counting them: this ends that. */
export const longestLifeMs = 72 * hour;

/** What follows a try of a delivery whose `attempts` does not count it yet. */
export function decideNext({ attempts, since }: Delivery, outcome: TryOutcome, now: Instant): NextStep {
  if (outcome.kind === 'delivered') return { kind: 'done' };
  if (outcome.kind === 'final') return { kind: 'deadLetter', reason: outcome.reason };
  const wait = waitsMs[attempts];
  if (wait === undefined || isTooOld(since, now))
    return { kind: 'deadLetter', reason: `${attempts + 1} tries failed; the last: ${outcome.reason}` };
  const asked = Math.min(outcome.retryAfterMs ?? 0, hour);
  return { kind: 'again', at: addMs(now, Math.max(wait, asked)) };
}

export function isTooOld(since: Instant | undefined, now: Instant): boolean {
  return since !== undefined && addMs(since, longestLifeMs) <= now;
}
