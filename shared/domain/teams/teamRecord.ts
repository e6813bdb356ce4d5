import * as z from 'zod';
import { closed, withFailure } from '../deliveries/breaker.ts';
import type { Instant } from '../instant.ts';
import { subscriptionRecord } from './subscriptionRecord.ts';

const kept = 200;

/**
 * How deliveries to a team went, and by that how they go on: what all instances share. Of `lateMs`, from the fact to its
 * delivery, or until it is counted in the subscription, the last ones.
 */
export const teamRecord = z.object({
  /** Announcements that passed its filter and were tried, or given up without a try. */
  enqueued: z.number().default(0),
  delivered: z.number().default(0),
  failedTries: z.number().default(0),
  deadLettered: z.number().default(0),
  lateMs: z.array(z.number()).default([]),
  failuresInRow: z.number().default(0),
  openMs: z.number().default(0),
  openUntil: z.iso.datetime().exactOptional(),
  /** The first place for a call that is not taken, where the team's server bounds their number. */
  nextCallAt: z.iso.datetime().exactOptional(),
  /** Of a team that receives by itself. */
  subscription: subscriptionRecord.exactOptional(),
});
export type TeamRecord = z.infer<typeof teamRecord>;

/** `isFirst`: nothing was noted of this announcement before. */
export type DeliveryEvent = { isFirst: boolean } & (
  | { kind: 'delivered'; lateMs: number }
  | { kind: 'failedTry' }
  | { kind: 'deadLettered' }
  /** Given up without another try. */
  | { kind: 'expired' }
);

export function withEvent(record: TeamRecord, event: DeliveryEvent, now: Instant): TeamRecord {
  const { openUntil: _, ...rest } = record;
  const enqueued = record.enqueued + (event.isFirst ? 1 : 0);
  switch (event.kind) {
    case 'delivered':
      return { ...withLateness({ ...rest, ...closed, enqueued }, event.lateMs), delivered: record.delivered + 1 };
    case 'failedTry':
      return { ...rest, ...withFailure(record, now), enqueued, failedTries: record.failedTries + 1 };
    case 'deadLettered':
      return { ...rest, ...withFailure(record, now), enqueued, deadLettered: record.deadLettered + 1 };
    case 'expired':
      return { ...record, enqueued, deadLettered: record.deadLettered + 1 };
  }
}

export function withLateness(record: TeamRecord, lateMs: number): TeamRecord {
  return { ...record, lateMs: [...record.lateMs, lateMs].slice(-kept) };
}

export interface Lateness {
  p50: number;
  p95: number;
  /** Of how many announcements. */
  of: number;
}

/** Undefined of nothing. */
export function latenessOf(lateMs: number[]): Lateness | undefined {
  if (lateMs.length === 0) return undefined;
  const sorted = lateMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { p50: at(0.5), p95: at(0.95), of: sorted.length };
}
