import { z } from 'zod';
import { describeFact } from './describeFact.ts';
import { type Entry, entry } from './entries.ts';

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

/** Entries as they travel on the queue `audit-index`. */
export const indexedEntries = z.array(entry);
