import { type Entry, firstBroken } from '../entries.ts';

/** The log of all manifests; being a log, each of them is chained to the one before. */
export const manifestsLog = 'manifests';

export interface BrokenLog {
  log: string;
  problem: string;
  /** The first entry that is not as it was written. */
  sequence?: number;
}

/** What is wrong with one log by its own chain; undefined for an intact one. */
export function brokenChain(log: string, entries: Entry[]): BrokenLog | undefined {
  const sequence = firstBroken(entries);
  return sequence === undefined ? undefined : { log, sequence, problem: `the chain is broken at entry ${sequence}` };
}

/** Where logs contradict a manifest: entries that are gone, or not those that it names. */
export function contradictions(
  manifests: Entry[],
  hashOf: (log: string, sequence: number) => string | undefined,
): BrokenLog[] {
  const broken = new Map<string, BrokenLog>();
  for (const { fact } of manifests) {
    if (fact.type !== 'manifestWritten') continue;
    for (const { log, sequence, hash } of fact.heads) {
      const found = hashOf(log, sequence);
      if (found === hash || broken.has(log)) continue;
      const what = found === undefined ? 'is gone' : 'is not the one';
      broken.set(log, { log, sequence, problem: `entry ${sequence} ${what} that the manifest of ${fact.day} names` });
    }
  }
  return [...broken.values()];
}

/**
 * The logs that got entries within some days, by manifests of these days. One is written when its day is over, and names
 * what grew since the one before, which may be a while before its own last entry: the first and the last do not count.
 */
export function grownWithin(manifests: Entry[], from: string, to: string): Set<string> {
  const logs = new Set<string>();
  let previous = '';
  for (const { fact } of manifests) {
    if (fact.type !== 'manifestWritten') continue;
    if (previous >= from && fact.day < to) for (const { log } of fact.heads) logs.add(log);
    previous = fact.day;
  }
  return logs;
}
