import type { Entry } from '../entries.ts';
import { type Instant, msBetween } from '../instant.ts';

/** How long a version stood at each stage, and when it could be picked as latest without a passed verdict. */
export interface Life {
  stages: { stage: string; from: Instant; to: Instant; seconds: number }[];
  /** `regions`: seconds in each, where they are known. */
  exposures: { how: 'bornVisible' | 'drift'; until: Instant; seconds: number; regions: Record<string, number> }[];
  /** Who asked for what; empty where the service did everything by itself. */
  people: { at: Instant; actor: string; type: string }[];
}

/** The entry that ends each stage; the next begins there. */
const ends: Record<string, string> = {
  held: 'until it was held',
  launchIntended: 'until a VM was launched',
  verdictReached: 'smoke test',
  published: 'until it was published',
  quarantined: 'until it was quarantined',
  leftInconclusive: 'until it was left inconclusive',
};

/** Of the log of one incarnation. */
export function lifeOf(entries: Entry[]): Life {
  const life: Life = { stages: [], exposures: [], people: [] };
  let from = entries[0]?.at;
  let driftedAt: Instant | undefined;
  const seen = new Set<string>();
  for (const { fact, at, actor } of entries) {
    if (actor !== 'service') life.people.push({ at, actor, type: fact.type });
    if (fact.type === 'driftFound') driftedAt = at;
    if (fact.type === 'held' && (driftedAt !== undefined || fact.exposedSeconds > 0)) {
      const seconds = driftedAt === undefined ? fact.exposedSeconds : msBetween(driftedAt, at) / 1_000;
      const how = driftedAt === undefined ? 'bornVisible' : 'drift';
      const regions = Object.fromEntries(Object.keys(fact.exposed ?? {}).map((region) => [region, seconds]));
      life.exposures.push({ how, until: at, seconds, regions });
      driftedAt = undefined;
    }
    const stage = ends[fact.type];
    if (stage === undefined || from === undefined || seen.has(fact.type)) continue;
    seen.add(fact.type);
    life.stages.push({ stage, from, to: at, seconds: msBetween(from, at) / 1_000 });
    from = at;
  }
  return life;
}
