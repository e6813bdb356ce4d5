import { z } from 'zod';
import { describeFact } from './describeFact.ts';
import type { Entry } from './entries.ts';

/** One line of a day's index: enough to answer "what happened that day", and where the entry stands. */
export const indexRecord = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  log: z.string(),
  sequence: z.number().int().positive(),
  type: z.string(),
  actor: z.string(),
  summary: z.string(),
});
export type IndexRecord = z.infer<typeof indexRecord>;

export function indexRecordOf({ id, at, log, sequence, actor, fact }: Entry): IndexRecord {
  return { id, at, log, sequence, type: fact.type, actor, summary: describeFact(fact) };
}

/** A record on its way through the queue `audit-index`. Small whatever the entry holds, so it fits any message. */
export const indexMessage = z.object({ record: indexRecord, retry: z.number().int().nonnegative() });
export type IndexMessage = z.infer<typeof indexMessage>;

/** A first copy has the id of its entry; the queue would drop a later one under the same id. */
export function indexMessageId({ record, retry }: IndexMessage): string {
  return retry === 0 ? record.id : `${record.id}-${retry}`;
}
