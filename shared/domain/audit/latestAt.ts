import type { Entry } from '../entries.ts';
import type { Instant } from '../instant.ts';

/** What was latest in one region, and since when it had been seen so. */
export interface LatestAt {
  region: string;
  version: string;
  since: Instant;
}

/** What Azure would have picked in each region at an instant, by the log of an image definition. */
export function latestAt(entries: Entry[], instant: Instant): LatestAt[] {
  const latest = new Map<string, LatestAt>();
  for (const { fact, at } of entries) {
    if (at > instant) break;
    if (fact.type !== 'latestChanged') continue;
    if (fact.version === null) latest.delete(fact.region);
    else latest.set(fact.region, { region: fact.region, version: fact.version, since: at });
  }
  return [...latest.values()].sort((a, b) => (a.region < b.region ? -1 : 1));
}
