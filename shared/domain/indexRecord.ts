import * as z from 'zod';
import { typesFor } from './announcements/catalogue.ts';
import { type LogSubject, noSubject, withEntry } from './announcements/logSubject.ts';
import { describeFact } from './describeFact.ts';
import { type Entry, reachesBehind } from './entries.ts';
import { parseImageId, shortHash } from './ids.ts';

/** One line of a day's index: enough to answer "what happened that day", and where the entry stands. */
export const indexRecord = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  log: z.string(),
  sequence: z.number().int().positive(),
  type: z.string(),
  actor: z.string(),
  summary: z.string(),
  /** What it is about, where it is about an image; names as Azure spells them. */
  gallery: z.string().exactOptional(),
  image: z.string().exactOptional(),
  version: z.string().exactOptional(),
  team: z.string().exactOptional(),
  /** Of a smoke test, counted from 1. */
  attempt: z.number().int().positive().exactOptional(),
  outcome: z.enum(['passed', 'failed', 'inconclusive']).exactOptional(),
  /** Tickets of the known issues that a smoke test met, and that did not gate. */
  knownIssues: z.array(z.string()).exactOptional(),
});
export type IndexRecord = z.infer<typeof indexRecord>;

/** The records of the entries behind a sequence number; what a log is about stands in its first entries. */
export function indexRecordsOf(log: Entry[], afterSequence: number): IndexRecord[] {
  if (!reachesBehind(log, afterSequence)) return [];
  let subject = noSubject;
  return log.flatMap((entry) => {
    subject = withEntry(subject, entry.fact);
    return entry.sequence > afterSequence ? [indexRecordOf(entry, subject)] : [];
  });
}

function indexRecordOf({ id, at, log, sequence, actor, fact }: Entry, { imageId }: LogSubject): IndexRecord {
  const image = imageId === undefined ? undefined : parseImageId(imageId);
  const version = image?.version ?? ('version' in fact && fact.version !== null ? fact.version : undefined);
  const team = /^teams\/(.+)$/.exec(log)?.[1];
  const outcome = typesFor(fact)
    .map((type) => type.outcomeOf(fact))
    .find((each) => each !== undefined);
  const knownIssues = knownIssuesOf(fact);
  return {
    id,
    at,
    log,
    sequence,
    type: fact.type,
    actor,
    summary: describeFact(fact),
    ...(image && { gallery: image.definition.gallery, image: image.definition.image }),
    ...(version !== undefined && { version }),
    ...(team !== undefined && { team }),
    ...('attempt' in fact && { attempt: fact.attempt }),
    ...(outcome && { outcome }),
    ...(knownIssues.length > 0 && { knownIssues }),
  };
}

function knownIssuesOf(fact: Entry['fact']): string[] {
  if (fact.type !== 'smokeTestFinished') return [];
  const tickets = fact.checks.flatMap(({ outcome, ticket }) => (outcome === 'knownIssue' && ticket ? [ticket] : []));
  return [...new Set(tickets)];
}

/**
 * The part of a day's index that a record is filed in: what one image did on a day is found without reading the rest.
 * Records of no image share one.
 */
export function shardOf(image: string | undefined): string {
  return image === undefined ? 'other' : shortHash(1, image.toLowerCase());
}

/** Every shard that there can be. */
export const shards = [...'0123456789abcdef', 'other'];

/** A record on its way through the queue `audit-index`. */
const indexMessage = z.object({ record: indexRecord, retry: z.number().int().nonnegative() });
export type IndexMessage = z.infer<typeof indexMessage>;

/** What a message of the queue holds: one record, or several that were written together. */
const indexBatch = z.union([indexMessage.transform((one) => [one]), z.array(indexMessage).min(1)]);

/** Records are small whatever their entries hold: so many fit any message, and what a worker takes at once one append. */
const mostInBatch = 20;

/** What goes as one message. */
export function indexBatchesOf(messages: IndexMessage[]): IndexMessage[][] {
  const batches = Math.ceil(messages.length / mostInBatch);
  return Array.from({ length: batches }, (_, at) => messages.slice(at * mostInBatch, (at + 1) * mostInBatch));
}

/** Undefined where the body of a message is something else. */
export function readIndexBatch(body: unknown): IndexMessage[] | undefined {
  return indexBatch.safeParse(body).data;
}

/** The same records have the same id, and the queue drops the copy; a later try has another one. */
export function indexBatchId(batch: IndexMessage[]): string {
  const ids = batch.map(({ record, retry }) => (retry === 0 ? record.id : `${record.id}-${retry}`));
  return ids.length === 1 ? ids.join() : shortHash(20, ...ids);
}
