import { decideDue } from './decideDue.ts';
import { decideMissing } from './decideMissing.ts';
import { type Decision, nothing, record, wait } from './decision.ts';
import { type ImageVersion, replicatedRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type Instant, msBetween, nextLook } from './instant.ts';
import type { ReleaseRules } from './releaseRules.ts';
import type { ReleaseState } from './releaseState.ts';
import { lookEveryMs, type Releasing } from './releasing.ts';
import { everywhere } from './requests.ts';
import { type RingProgress, ringProgress } from './rings.ts';
import type { Surroundings } from './surroundings.ts';
import { waitFor } from './waitFor.ts';

/** Replication can take hours: after the first half hour it is looked at less often. */
const slowAfterMs = 30 * 60_000;
const slowLookEveryMs = 5 * 60_000;

/** Where the version is published next: ring by ring, region by region as it is replicated. */
export function decideRings(releasing: Releasing): Decision {
  const { release, version, policy, surroundings, now } = releasing;
  const rings = release.expedited ? withoutSoak(policy.release) : policy.release;
  const progress = ringProgress(rings, version, release, now);
  if (version.replicationMode === 'Shallow' && policy.release.shallowReplicas === 'leave') {
    const reason =
      'its replicas are shallow: publish a version with full replicas, or let the policy publish shallow ones';
    return waitFor(release, { code: 'shallow', reason });
  }
  const awaited = progress.reached.filter((region) => release.published[region] === undefined);
  const replicated = replicatedRegions(version);
  const ready = awaited.filter((region) => replicated.includes(region));
  const due = ready.filter((region) => pinOf(surroundings, region) === undefined);
  if (due.length > 0) return decideDue(releasing, progress, due);
  const [pinned] = ready;
  if (pinned !== undefined) {
    const to = pinOf(surroundings, pinned);
    const reason = `${pinned} is pinned to ${to} since it was rolled back: resume the image definition to go on`;
    return waitFor(release, { code: 'pinned', reason });
  }
  const missing = awaited.filter((region) => release.left[region] === undefined);
  return decideMissing(releasing, missing) ?? decideEnd(releasing, progress, missing);
}

function withoutSoak(rules: ReleaseRules): ReleaseRules {
  return { ...rules, rings: rules.rings.map((ring) => ({ ...ring, soakHours: 0 })) };
}

function pinOf({ pins }: Surroundings, region: string): string | undefined {
  return pins[region] ?? pins[everywhere];
}

/** Nothing is due: the release is over, or waits for a soak or for replication. */
function decideEnd(releasing: Releasing, { soaksUntil, reached, ring, of }: RingProgress, missing: string[]): Decision {
  const { state, release, version, now } = releasing;
  const targets = version.targetRegions.map(({ name }) => name);
  const isOver = targets.every(
    (region) => release.published[region] !== undefined || release.left[region] !== undefined,
  );
  const somewhere = targets.some((region) => release.published[region] !== undefined);
  if (isOver && !somewhere) return notReplicated(state);
  if (isOver) return record({ type: 'releaseFinished', ...wherePublished(version, release) });
  if (missing.length > 0) {
    const since = earliestRetry(release, missing) ?? state.detectedAt;
    const everyMs = msBetween(since, now) < slowAfterMs ? lookEveryMs : slowLookEveryMs;
    return wait(nextLook(since, now, everyMs));
  }
  if (soaksUntil !== undefined)
    return waitFor(release, { code: 'soak', reason: `soaks in ring ${ring} of ${of}`, until: soaksUntil });
  const absent = reached.filter((region) => release.published[region] === undefined);
  return waitFor(release, { code: 'late', reason: `the policy waits for ${absent.join(', ')}` });
}

/** Nowhere to publish: it is asked for once, and it goes on by itself when a replica arrives. */
function notReplicated({ needsAttention }: IncarnationState): Decision {
  if (needsAttention) return nothing;
  const reason = 'replicated to no target region, although it was asked for again: find out why, and replicate it anew';
  return record({ type: 'needsAttention', code: 'NotReplicated', reason });
}

function wherePublished(version: ImageVersion, release: ReleaseState): { regions: string[]; notAvailableIn: string[] } {
  const targets = version.targetRegions.map(({ name }) => name);
  return {
    regions: targets.filter((region) => release.published[region] !== undefined),
    notAvailableIn: targets.filter((region) => release.published[region] === undefined),
  };
}

function earliestRetry(release: ReleaseState, regions: string[]): Instant | undefined {
  return regions
    .flatMap((region) => release.retried[region] ?? [])
    .sort()
    .at(-1);
}
