import type { IndexRecord } from '../domain/indexRecord.ts';
import { daysFrom } from '../domain/instant.ts';
import type { Ports } from '../ports.ts';

/** What records are looked for; every member given has to fit. Names of images are compared without regard to case. */
export interface RecordQuery {
  /** Days (UTC), both included. */
  from: string;
  to: string;
  gallery?: string | undefined;
  image?: string | undefined;
  version?: string | undefined;
  team?: string | undefined;
  actor?: string | undefined;
  type?: string | undefined;
  outcome?: string | undefined;
  /** Ticket of a known issue; `any` whatever the ticket is. */
  knownIssue?: string | undefined;
}

export interface FoundRecords {
  records: IndexRecord[];
  /** Where to go on; undefined at the end. */
  next: { day: string; skip: number } | undefined;
  /** The newest entry in the index as far as it was read: later ones may be missing for a moment. */
  indexedThrough: string | undefined;
}

/** Some hundred kilobytes as text. */
const partSize = 1_000;

/** One page of records in the order of their instants, beginning at `start`. */
export async function findRecords(
  { dayIndex }: Pick<Ports, 'dayIndex'>,
  query: RecordQuery,
  start: { day: string; skip: number },
  limit: number,
): Promise<FoundRecords> {
  const found: FoundRecords = { records: [], next: undefined, indexedThrough: undefined };
  let { skip } = start;
  for (const day of daysFrom(start.day, query.to)) {
    const all = await readDay({ dayIndex }, day, query);
    found.indexedThrough = all.at(-1)?.at ?? found.indexedThrough;
    for (const [position, record] of all.entries()) {
      if (position < skip || !fits(record, query)) continue;
      if (found.records.length === limit) return { ...found, next: { day, skip: position } };
      found.records.push(record);
    }
    skip = 0;
  }
  return found;
}

/**
 * All records that fit, in the order of their instants, in parts: one day at a time is read, and held until its last part
 * is taken. Each part tells the newest entry in the index so far, whether it fits or not.
 */
export async function* streamRecords(
  ports: Pick<Ports, 'dayIndex'>,
  query: RecordQuery,
): AsyncGenerator<Pick<FoundRecords, 'records' | 'indexedThrough'>> {
  let indexedThrough: string | undefined;
  for (const day of daysFrom(query.from, query.to)) {
    const all = await readDay(ports, day, query);
    indexedThrough = all.at(-1)?.at ?? indexedThrough;
    for (let begin = 0; begin === 0 || begin < all.length; begin += partSize)
      yield { records: all.slice(begin, begin + partSize).filter((record) => fits(record, query)), indexedThrough };
  }
}

async function readDay(
  { dayIndex }: Pick<Ports, 'dayIndex'>,
  day: string,
  { image }: RecordQuery,
): Promise<IndexRecord[]> {
  return inOrder(await dayIndex.read(day, image));
}

/** An entry may have been indexed twice. */
export function inOrder(records: IndexRecord[]): IndexRecord[] {
  const unique = [...new Map(records.map((record) => [record.id, record])).values()];
  return unique.sort((a, b) => compare(a.at, b.at) || compare(a.log, b.log) || a.sequence - b.sequence);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function fits(record: IndexRecord, query: RecordQuery): boolean {
  const { gallery, image, version, team, actor, type, outcome, knownIssue } = query;
  return (
    isNamed(record.gallery, gallery) &&
    isNamed(record.image, image) &&
    (version === undefined || record.version === version) &&
    (team === undefined || record.team === team) &&
    (actor === undefined || record.actor === actor) &&
    (type === undefined || record.type === type) &&
    (outcome === undefined || record.outcome === outcome) &&
    (knownIssue === undefined || meets(record, knownIssue))
  );
}

function meets({ knownIssues = [] }: IndexRecord, ticket: string): boolean {
  return ticket === 'any' ? knownIssues.length > 0 : knownIssues.includes(ticket);
}

function isNamed(name: string | undefined, wanted: string | undefined): boolean {
  return wanted === undefined || name?.toLowerCase() === wanted.toLowerCase();
}
