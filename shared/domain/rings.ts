import { type ImageVersion, normaliseRegion } from './imageVersion.ts';
import { addMs, earliest, type Instant } from './instant.ts';
import type { ReleaseRules } from './releaseRules.ts';
import type { ReleaseState } from './releaseState.ts';

/** Where a release stands under the rules of now. */
export interface RingProgress {
  /** Target regions whose turn has come. */
  reached: string[];
  /** The ring that is under way or soaks, counted from 1, among those that have a target region. */
  ring: number;
  of: number;
  /** The ring soaks until then; undefined while regions of it are awaited, and after the last. */
  soaksUntil?: Instant;
}

/**
 * Derived from what happened per region, never stored, so that changed rules apply from the next write on. A region
 * that is late stops holding the rings behind its own when its replication is asked for again, unless the rules say
 * that it holds them.
 */
export function ringProgress(
  rules: ReleaseRules,
  version: Pick<ImageVersion, 'targetRegions'>,
  release: ReleaseState,
  now: Instant,
): RingProgress {
  const rings = ringsOf(rules, version);
  const reached: string[] = [];
  for (const [index, { regions, soakHours }] of rings.entries()) {
    reached.push(...regions);
    const place = { reached, ring: index + 1, of: rings.length };
    const settled = regions.map((region) => settledAt(rules, release, region));
    if (settled.includes(undefined)) return place;
    const soaksUntil = addMs(
      settled
        .flatMap((at) => at ?? [])
        .sort()
        .at(-1) ?? now,
      soakHours * 3_600_000,
    );
    if (index + 1 < rings.length && soaksUntil > now) return { ...place, soaksUntil };
  }
  return { reached, ring: rings.length, of: rings.length };
}

/** Only rings that have a target region of the version; the last ring also takes those that no ring names. */
export function ringsOf(
  { rings }: Pick<ReleaseRules, 'rings'>,
  { targetRegions }: Pick<ImageVersion, 'targetRegions'>,
): { regions: string[]; soakHours: number }[] {
  const named = rings.map(({ regions }) => regions.map(normaliseRegion));
  const all = named.flat();
  return rings
    .map(({ soakHours }, index) => ({
      soakHours,
      regions: targetRegions
        .map(({ name }) => name)
        .filter((name) => named[index]?.includes(name) || (index === rings.length - 1 && !all.includes(name))),
    }))
    .filter(({ regions }) => regions.length > 0);
}

function settledAt(
  { lateRegions }: ReleaseRules,
  { published, retried, left }: ReleaseState,
  region: string,
): Instant | undefined {
  return lateRegions === 'wait' ? published[region] : earliest([published[region], retried[region], left[region]]);
}
