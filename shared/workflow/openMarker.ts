import * as z from 'zod';
import type { ImageDefinitionId } from '../domain/ids.ts';
import { type Instant, isRecent, msBetween } from '../domain/instant.ts';
import type { Ports } from '../ports.ts';
import { type LoadedLog, LogConflict, logHead } from './log.ts';
import { readDocument } from './readDocument.ts';

const marker = z.object({
  schema: z.literal(1),
  definition: z.object({
    subscriptionId: z.string(),
    resourceGroup: z.string(),
    gallery: z.string(),
    image: z.string(),
  }),
  /** Per log: the sequence of the last entry that was announced, and of the last that was sent to the audit index. */
  cursors: z.record(z.string(), z.object({ announced: z.number().int(), indexed: z.number().int() })),
  /**
   * What comes next, and since when: requests, by the cause of their entry; first entries of incarnations, by their log.
   */
  awaited: z.record(z.string(), z.iso.datetime()).exactOptional(),
});
/** An append that was begun has come to an end by then, one way or the other: a call to Azure takes 28 seconds at most. */
const awaitedForMs = 300_000;
type Cursors = z.infer<typeof marker>['cursors'];
type Cursor = Cursors[string];

/**
 * The marker of an image definition with work or unsent entries. It is written before the first entry, so the sweep
 * finds everything unfinished by listing markers. Where there is none, every log of the definition is sent to its end.
 */
export interface OpenMarker {
  readonly key: string;
  readonly definition: ImageDefinitionId;
  cursors: Cursors;
  awaited: Record<string, Instant>;
  etag: string | undefined;
  /** When it was last known to stand as it is here. */
  asOf?: Instant;
}

export async function readMarker(documents: Ports['documents'], key: string): Promise<OpenMarker | undefined> {
  const found = await readDocument(documents, markerName(key), marker);
  if (!found) return undefined;
  const { definition, cursors, awaited = {} } = found.value;
  return { key, definition, cursors, awaited, etag: found.etag };
}

export function newMarker(key: string, definition: ImageDefinitionId): OpenMarker {
  return { key, definition, cursors: {}, awaited: {}, etag: undefined };
}

/**
 * Makes sure, before an append, that the marker stands and knows from where the log has to be sent. It is asked for again where
 * that was long ago: who lost the session does not know that somebody else has done all work, and deleted it.
 */
export async function markOpen(
  { documents, clock }: Pick<Ports, 'documents' | 'clock'>,
  open: OpenMarker,
  logs: LoadedLog[],
): Promise<void> {
  const unknown = logs.filter((log) => open.cursors[log.name] === undefined);
  const now = clock.now();
  if (open.etag === undefined || unknown.length > 0) {
    for (const log of unknown) open.cursors[log.name] = atHead(log);
    await writeMarker(documents, open);
  } else if (isRecent(open.asOf, now)) return;
  else if ((await documents.read(markerName(open.key)))?.etag !== open.etag)
    throw new LogConflict(markerName(open.key));
  open.asOf = now;
}

export function atHead(log: LoadedLog): Cursor {
  const { sequence } = logHead(log);
  return { announced: sequence, indexed: sequence };
}

/** Logs that have nothing left to send; a log that is appended to again gets a new cursor. */
export function forgetCursors(open: OpenMarker, keep: (log: string) => boolean): void {
  open.cursors = Object.fromEntries(Object.entries(open.cursors).filter(([log]) => keep(log)));
}

/**
 * Notes the logs that are named here and still empty: a step that has lost its lock may yet append their first entry. Returns
 * whether there is one that was not noted before.
 */
export function noteBegun(open: OpenMarker, incarnations: Iterable<LoadedLog>, now: Instant): boolean {
  const begun = [...incarnations].filter(({ name, entries }) => entries.length === 0 && name in open.cursors);
  const fresh = begun.filter(({ name }) => !(name in open.awaited));
  for (const { name } of fresh) open.awaited[name] = now;
  return fresh.length > 0;
}

/**
 * Forgets what has come, or never will. While something is left the marker has to stand: the step that read marker and log
 * before the entry was appended would else delete it behind the entry's back.
 */
export function isAwaited(
  open: OpenMarker,
  log: LoadedLog,
  incarnations: ReadonlyMap<string, LoadedLog>,
  now: Instant,
): boolean {
  if (Object.keys(open.awaited).length === 0) return false;
  const come = new Set(log.entries.map(({ cause }) => cause));
  for (const { name, entries } of incarnations.values()) if (entries.length > 0) come.add(name);
  const left = Object.entries(open.awaited).filter(
    ([what, since]) => !come.has(what) && msBetween(since, now) < awaitedForMs,
  );
  open.awaited = Object.fromEntries(left);
  return left.length > 0;
}

export async function writeMarker(documents: Ports['documents'], open: OpenMarker): Promise<void> {
  const { definition, cursors, awaited } = open;
  const value = { schema: 1, definition, cursors, ...(Object.keys(awaited).length > 0 && { awaited }) };
  const written = await documents.write(markerName(open.key), value, open.etag);
  if (written === 'conflict') throw new LogConflict(markerName(open.key));
  open.etag = written.etag;
}

/** Deletes the marker as it was last read or written; one that was touched since stays. */
export async function closeMarker(documents: Ports['documents'], open: OpenMarker): Promise<void> {
  if (open.etag === undefined) return;
  if ((await documents.delete(markerName(open.key), open.etag)) === 'conflict')
    throw new LogConflict(markerName(open.key));
  open.etag = undefined;
}

export async function listMarkers(documents: Ports['documents']): Promise<string[]> {
  return (await documents.list('open/')).map((name) => name.slice('open/'.length));
}

function markerName(key: string): string {
  return `open/${key}`;
}
