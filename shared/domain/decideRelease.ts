import { freezesBefore, nextOpening } from './calendar.ts';
import { changedMeanwhile } from './changedMeanwhile.ts';
import { decideWrite } from './decideWrite.ts';
import { type Decision, nothing, record, together, wait } from './decision.ts';
import { withEndOfLife } from './endOfLife.ts';
import type { FactOf } from './facts.ts';
import { type FlagPlan, offerIn, showsPlan } from './flagPlan.ts';
import { decideGates, vetoed } from './gates.ts';
import { groupVeto, groupWait } from './groups.ts';
import { compareVersions, type ImageVersion, isUnsettled, offeredRegions, replicatedRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type Instant, msBetween, nextLook } from './instant.ts';
import { changedByOthers } from './othersChanges.ts';
import type { Policy } from './policy.ts';
import type { ReleaseRules } from './releaseRules.ts';
import { newRelease, type ReleaseState } from './releaseState.ts';
import { everywhere } from './requests.ts';
import { type RingProgress, ringProgress } from './rings.ts';
import type { Surroundings } from './surroundings.ts';
import { waitFor } from './waitFor.ts';

const lookEveryMs = 15_000;
/** Replication can take hours: after the first half hour it is looked at less often. */
const slowAfterMs = 30 * 60_000;
const slowLookEveryMs = 5 * 60_000;
/** For this long after it was asked for again, a replication may still show the failure of before. */
const staleFailureMs = 15 * 60_000;

/** The version as Azure shows it, and the end of life of its image definition, where it has one. */
export interface ReleaseLook {
  version: ImageVersion;
  definitionEndOfLife?: Instant;
}

/** One release, as it is decided on. */
interface Releasing extends ReleaseLook {
  state: IncarnationState;
  release: ReleaseState;
  policy: Policy;
  surroundings: Surroundings;
  now: Instant;
}

/** The next move of a version that passed, in mode `enforce`: ring by ring, region by region as it is replicated. */
export function decideRelease(
  state: IncarnationState,
  look: ReleaseLook,
  policy: Policy,
  surroundings: Surroundings,
  now: Instant,
): Decision {
  const { version } = look;
  const release = state.release ?? newRelease(state.policyHash);
  const releasing = { ...look, state, release, policy, surroundings, now };
  if (state.write) return decideReleaseWrite(releasing, state.write);
  if (isUnsettled(version)) return wait(nextLook(state.detectedAt, now, lookEveryMs));
  if (surroundings.policyHash !== release.policyHash)
    return record({ type: 'policyChanged', policyHash: surroundings.policyHash });
  return decideByHand(releasing) ?? decidePeople(releasing) ?? decideRings(releasing);
}

/** What operators and teams said; undefined where nobody is in the way. */
function decidePeople({ state, release, policy, surroundings, now }: Releasing): Decision | undefined {
  const { paused } = surroundings;
  if (paused) return waitFor(release, { code: 'paused', reason: paused.reason });
  const begun = Object.keys(release.published).length > 0;
  if (begun) return decideVeto(release, surroundings);
  const newer = surroundings.newer.find(({ stands }) => stands === 'ready' || stands === 'begun');
  if (newer && !release.ordered) return record({ type: 'superseded', by: newer.version });
  // Its own gates first: where each member waited for the others only, nobody would be asked.
  const gates = decideGates(policy.release, release, state.verdict?.at ?? now, now);
  if (gates) return gates;
  const group = groupWait(surroundings.group);
  return group === undefined ? undefined : waitFor(release, { code: 'group', reason: group });
}

/** A release that has begun is halted by a veto, also by one of another member of its group. */
function decideVeto(release: ReleaseState, { group }: Surroundings): Decision | undefined {
  const veto = vetoed(release);
  if (veto) return waitFor(release, veto);
  const reason = groupVeto(group);
  return reason === undefined ? undefined : waitFor(release, { code: 'group', reason });
}

/**
 * A write on its way is seen through, whatever the policy is now: the log must not deny what the gallery shows. One that
 * was not sent yet is decided anew where it would take back what somebody did meanwhile.
 */
function decideReleaseWrite(releasing: Releasing, write: NonNullable<IncarnationState['write']>): Decision {
  const { state, version, now } = releasing;
  const meanwhile = changedMeanwhile(state, version);
  if (meanwhile) return record(meanwhile);
  const isThere = !isUnsettled(version) && showsPlan(version, write.plan);
  if (!isThere || (write.purpose === 'replicate' && write.acceptedAt === undefined))
    return decideWrite(state, write, version, now);
  const regions = write.regions ?? [];
  const others = record(...changedByOthers(write, version));
  if (write.purpose === 'replicate') return together([others, record({ type: 'replicationRequested', regions })]);
  if (write.purpose === 'exclude') return together([others, record({ type: 'regionsExcluded', regions })]);
  const { setEndOfLife: endOfLife } = write.plan;
  const ends: Decision =
    endOfLife === undefined ? nothing : record({ type: 'endOfLifeSet', endOfLife, why: 'published' });
  return together([others, ends, recordPublished(releasing, write.plan)]);
}

/** What people did to the flags while the release is under way; undefined where they did nothing. */
function decideByHand({ version, release }: Releasing): Decision | undefined {
  if (version.excludeFromLatest) return hiddenByHand(Object.keys(release.published));
  const begun = Object.keys(release.published).length > 0;
  const targets = version.targetRegions.filter(({ name }) => release.published[name] === undefined);
  const unset = targets.filter(({ excludeFromLatest }) => excludeFromLatest === undefined).map(({ name }) => name);
  // Without a flag after the first write: a region that was added. Before it, somebody showed the version by hand.
  if (begun && unset.length > 0) {
    const plan = offerIn(
      version,
      offeredRegions(version).filter((name) => !unset.includes(name)),
    );
    return record({ type: 'exclusionIntended', plan, regions: unset });
  }
  const shown = targets.filter(({ excludeFromLatest }) => excludeFromLatest !== true).map(({ name }) => name);
  if (shown.length > 0) return record({ type: 'regionsShownByHand', regions: shown });
  const offered = offeredRegions(version);
  const present = version.targetRegions.map(({ name }) => name).filter((name) => release.published[name] !== undefined);
  return hiddenByHand(present.filter((name) => !offered.includes(name)));
}

/** Somebody took it back where it was published: that is a decision, and the release ends with it. */
function hiddenByHand(hiddenIn: string[]): Decision | undefined {
  return hiddenIn.length > 0 ? record({ type: 'releaseStopped', hiddenIn }) : undefined;
}

function decideRings(releasing: Releasing): Decision {
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

/** Publishes what is due, in a window; the cadence counts where the release begins. */
function decideDue(releasing: Releasing, { ring, of }: RingProgress, due: string[]): Decision {
  const { release, version, policy, surroundings, now } = releasing;
  const begins = Object.keys(release.published).length === 0;
  const lastRelease = begins ? surroundings.lastReleaseAt : undefined;
  const opensAt = release.expedited ? now : nextOpening(policy.release, now, lastRelease);
  if (opensAt !== now) {
    const where = due.join(', ');
    if (opensAt !== undefined) {
      const freezes = freezesBefore(policy.release, opensAt, now, lastRelease);
      const why = freezes.length > 0 ? `, frozen: ${freezes.join(', ')}` : '';
      return waitFor(release, { code: 'window', reason: `ready for ${where}${why}`, until: opensAt });
    }
    const reason = `ready for ${where}, but no publish window opens within 400 days: mend the policy`;
    return waitFor(release, { code: 'noWindow', reason });
  }
  const flags = offerIn(version, [...(begins ? [] : offeredRegions(version)), ...due]);
  const { definitionEndOfLife } = releasing;
  const plan = begins ? withEndOfLife(flags, version, policy.lifecycle, definitionEndOfLife, now) : flags;
  const place = of > 1 ? { ring, of } : {};
  return record({ type: 'publishIntended', plan, regions: due, ...place });
}

/** What is not replicated in time is asked for once more, then left excluded. */
function decideMissing({ state, release, version, policy, now }: Releasing, missing: string[]): Decision | undefined {
  const limitMs = policy.replicationLimitHours * 3_600_000;
  const isLate = (since: Instant) => msBetween(since, now) >= limitMs;
  const isFailed = (region: string) => version.replication?.[region] === 'Failed';
  const late = missing.filter((region) => {
    return release.retried[region] === undefined && (isFailed(region) || isLate(state.detectedAt));
  });
  if (late.length > 0) {
    const begun = Object.keys(release.published).length > 0;
    const plan = offerIn(version, begun ? offeredRegions(version) : []);
    return record({ type: 'replicationIntended', plan, regions: late });
  }
  const lost = missing.filter((region) => {
    const since = release.retried[region];
    return since !== undefined && (isLate(since) || (isFailed(region) && msBetween(since, now) >= staleFailureMs));
  });
  return lost.length > 0 ? record({ type: 'regionsLeft', regions: lost }) : undefined;
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

function recordPublished({ state, release, version, surroundings }: Releasing, plan: FlagPlan): Decision {
  const regions = offeredRegions(version).filter((name) => plan.regions[name] === false);
  const fresh = regions.filter((region) => release.published[region] === undefined);
  const notLatestIn = fresh.filter((region) => {
    const latest = surroundings.latest[region];
    return latest !== undefined && compareVersions(latest, version.version) > 0;
  });
  const place = {
    ...(notLatestIn.length > 0 && { notLatestIn }),
    ...(state.overridden && { overridden: true as const }),
  };
  const isLast = version.targetRegions.every(({ name }) => regions.includes(name) || release.left[name] !== undefined);
  const notAvailableIn = version.targetRegions.map(({ name }) => name).filter((name) => !regions.includes(name));
  if (!isLast) return record({ type: 'regionsPublished', regions: fresh, notAvailableIn, ...place });
  const published: FactOf<'published'> = {
    type: 'published',
    regions,
    notAvailableIn,
    ...(fresh.length < regions.length && { newRegions: fresh }),
    ...place,
  };
  return record(published);
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
