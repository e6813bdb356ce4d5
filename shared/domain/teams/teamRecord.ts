import { z } from 'zod';

const kept = 200;

/** How deliveries to a team went; of `lateMs`, from the fact to its delivery, the last ones. */
export const teamRecord = z.object({
  delivered: z.number().default(0),
  failedTries: z.number().default(0),
  deadLettered: z.number().default(0),
  lateMs: z.array(z.number()).default([]),
});
export type TeamRecord = z.infer<typeof teamRecord>;

export type DeliveryEvent = { kind: 'delivered'; lateMs: number } | { kind: 'failedTry' } | { kind: 'deadLettered' };

export function withEvent(record: TeamRecord, event: DeliveryEvent): TeamRecord {
  switch (event.kind) {
    case 'delivered':
      return { ...record, delivered: record.delivered + 1, lateMs: [...record.lateMs, event.lateMs].slice(-kept) };
    case 'failedTry':
      return { ...record, failedTries: record.failedTries + 1 };
    case 'deadLettered':
      return { ...record, deadLettered: record.deadLettered + 1 };
  }
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
