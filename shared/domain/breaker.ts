import { type Instant, msBetween } from './instant.ts';

/** The verdict of one smoke test, as it is kept to see what happens to image definitions one after the other. */
export interface NotedVerdict {
  /** Id of the entry that reached it. */
  entry: string;
  at: Instant;
  definition: string;
  incarnation: string;
  imageVersionId: string;
  verdict: 'passed' | 'failed';
}

/** What lies further apart has hardly one cause. */
const windowMs = 24 * 3_600_000;

/**
 * The failures in a row, where they are of so many different image definitions that it is the platform, or a check, and
 * not the images: since the last test that passed, since the breaker was closed last, and within a day of the newest.
 */
export function failuresInRow(
  verdicts: NotedVerdict[],
  definitions: number,
  closedAt: Instant | undefined,
): NotedVerdict[] | undefined {
  const sorted = verdicts.toSorted((a, b) => (a.at === b.at ? (a.entry < b.entry ? -1 : 1) : a.at < b.at ? -1 : 1));
  const row = sorted.slice(sorted.findLastIndex(({ verdict }) => verdict === 'passed') + 1);
  const newest = row.at(-1);
  if (!newest) return undefined;
  const failures = row.filter(
    ({ at }) => msBetween(at, newest.at) <= windowMs && (closedAt === undefined || at > closedAt),
  );
  return new Set(failures.map(({ definition }) => definition)).size >= definitions ? failures : undefined;
}
