import { addMs, type Instant } from '../instant.ts';
import type { TeamRecord } from '../teams/teamRecord.ts';
import { failuresToOpen, tryMs } from './breaker.ts';

/** Whether a delivery may be tried now, or when to come again; `record` is what has to be written first, for all to see. */
export type Admission =
  | { kind: 'go'; record?: TeamRecord }
  /** With `isPlace` the instant is kept free for this delivery. */
  | { kind: 'wait'; at: Instant; isPlace: boolean; record?: TeamRecord };

/**
 * Nothing goes to a team while its breaker is open; after it, one try of one instance decides. Where the team's server
 * allows a number of calls a minute, each call has a place of its own, spread evenly: `place` is that of this delivery.
 */
export function admit(
  record: TeamRecord,
  callsAMinute: number | undefined,
  place: Instant | undefined,
  now: Instant,
): Admission {
  const { openUntil, failuresInRow, nextCallAt } = record;
  if (openUntil !== undefined && openUntil > now) return { kind: 'wait', at: openUntil, isPlace: false };
  if (failuresInRow >= failuresToOpen) return { kind: 'go', record: { ...record, openUntil: addMs(now, tryMs) } };
  if (callsAMinute === undefined || (place !== undefined && place <= now)) return { kind: 'go' };
  const at = nextCallAt !== undefined && nextCallAt > now ? nextCallAt : now;
  const placed = { ...record, nextCallAt: addMs(at, Math.ceil(60_000 / callsAMinute)) };
  return at === now ? { kind: 'go', record: placed } : { kind: 'wait', at, isPlace: true, record: placed };
}
