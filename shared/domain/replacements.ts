import { effectiveLatest } from './effectiveLatest.ts';
import type { Fact, FactOf } from './facts.ts';
import { compareVersions } from './imageVersion.ts';
import { goodVersions, type Scene } from './surroundings.ts';

/** Facts after which somebody may have to move to another version. */
const leaving = ['quarantined', 'driftFound', 'releaseStopped', 'withdrawn', 'memberFailed', 'superseded'] as const;
/** For an end that was long foreseen, nobody is sent back to an older version. */
const ageing = ['endOfLifeSet', 'endOfLifeNear', 'retired', 'deletionIntended', 'versionDeleted'] as const;

type Replaced = Extract<Fact, { type: (typeof leaving | typeof ageing)[number] }>;

export function isReplaced(fact: Fact): fact is Replaced {
  return [...leaving, ...ageing].some((type) => type === fact.type);
}

/**
 * The fact with the version to use instead in each region: what Azure would pick there without this one, among those that
 * passed or were adopted and have not reached their end of life. Without the member where there is none.
 */
export function withReplacements(fact: Replaced, scene: Scene, version: string): Replaced {
  const siblings = scene.siblings.filter((other) => other.version !== version && !other.deleted && !other.byHand);
  const backwards = leaving.some((type) => type === fact.type);
  const candidates = goodVersions(scene, siblings, version).filter(
    ({ version: number, endOfLifeDate }) =>
      (endOfLifeDate === undefined || endOfLifeDate > scene.now) && (backwards || compareVersions(number, version) > 0),
  );
  const replacements = effectiveLatest(candidates);
  return Object.keys(replacements).length > 0 ? { ...fact, replacements } : fact;
}

export type Published = FactOf<'published'> | FactOf<'regionsPublished'>;

/** Those in which it can be used from now on. */
export function newlyPublished(fact: Published): string[] {
  return fact.type === 'published' ? (fact.newRegions ?? fact.regions) : fact.regions;
}

/**
 * The fact with the version that lost latest to this one in each region: what Azure would pick there without it. Without the
 * member where there was none.
 */
export function withSuperseded<T extends Published>(
  fact: T,
  { versions }: Pick<Scene, 'versions'>,
  version: string,
): T {
  const before = effectiveLatest(versions.filter((other) => other.version !== version));
  const { notLatestIn = [] } = fact;
  const supersedes = newlyPublished(fact).flatMap((region) => {
    const lost = notLatestIn.includes(region) ? undefined : before[region];
    return lost === undefined || compareVersions(lost, version) > 0 ? [] : [[region, lost] as const];
  });
  return supersedes.length > 0 ? { ...fact, supersedes: Object.fromEntries(supersedes) } : fact;
}
