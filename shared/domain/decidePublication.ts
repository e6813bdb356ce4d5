import { act, type Decision, nothing, record, wait } from './decision.ts';
import type { Mode } from './facts.ts';
import { hideEverywhere, offerIn, showsPlan } from './flagPlan.ts';
import { type ImageVersion, isHidden, isUnsettled, replicatedRegions } from './imageVersion.ts';
import type { IncarnationState, WritePurpose } from './incarnationState.ts';
import { type Instant, msBetween, nextLook } from './instant.ts';
import type { Policy } from './policy.ts';

type Write = NonNullable<IncarnationState['write']>;

const lookEveryMs = 15_000;
const mostLostWrites = 5;
/** Each write comes back as an event: one that never stays must not be repeated at the pace of its own events. */
const lookAtLostEveryMs = 10 * 60_000;

/** Keeps the version out of latest in every region before anything else is done with it. */
export function decideHold(state: IncarnationState, version: ImageVersion, now: Instant): Decision {
  if (isHidden(version)) {
    if (state.write && isUnsettled(version)) return wait(nextLook(state.write.intendedAt, now, lookEveryMs));
    const { exposedSince } = state;
    if (exposedSince === undefined) return record({ type: 'held', how: 'bornHidden', exposedSeconds: 0 });
    const exposedSeconds = Math.max(0, Math.round(msBetween(exposedSince, now) / 1000));
    return record({ type: 'held', how: 'written', exposedSeconds });
  }
  if (state.write?.purpose === 'hold') return decideWrite(state, state.write, version, now);
  const plan = hideEverywhere(version);
  return record({ type: 'holdIntended', plan });
}

/** Acts on the verdict: publishes, quarantines, or says what it would have done. */
export function decidePublication(
  state: IncarnationState,
  { verdict, reason }: NonNullable<IncarnationState['verdict']>,
  version: ImageVersion,
  mode: Mode,
  policy: Policy,
  now: Instant,
): Decision {
  if (verdict === 'inconclusive') return record({ type: 'leftInconclusive', reason });
  if (verdict === 'failed') {
    return mode === 'enforce'
      ? decideQuarantine(state, version, reason, now)
      : record({ type: 'wouldQuarantine', reason });
  }
  return decidePublish(state, version, mode, policy, now);
}

function decidePublish(
  state: IncarnationState,
  version: ImageVersion,
  mode: Mode,
  policy: Policy,
  now: Instant,
): Decision {
  if (state.write?.purpose === 'publish') {
    if (!isUnsettled(version) && showsPlan(version, state.write.plan)) return recordPublished(version);
    // A write on its way is seen through, whatever the mode is now: the log must not deny what the gallery shows.
    const isOnItsWay = state.write.acceptedAt !== undefined || isUnsettled(version);
    if (mode === 'enforce' || isOnItsWay) return decideWrite(state, state.write, version, now);
  }
  if (mode !== 'enforce') return record({ type: 'wouldPublish', regions: replicatedRegions(version) });
  const limitMs = policy.replicationLimitHours * 3_600_000;
  const regions = replicatedRegions(version);
  const stillReplicating = version.targetRegions.some(({ name }) => isReplicating(version, name));
  const isLate = msBetween(state.detectedAt, now) >= limitMs;
  if (!isLate && (regions.length === 0 || stillReplicating)) return wait(nextLook(state.detectedAt, now, lookEveryMs));
  if (regions.length === 0) {
    const reason = `replicated to no target region after ${policy.replicationLimitHours} h: replicate it again`;
    return record({ type: 'needsAttention', code: 'NotReplicated', reason });
  }
  const plan = offerIn(version, regions);
  return record({ type: 'publishIntended', plan, regions });
}

function decideQuarantine(state: IncarnationState, version: ImageVersion, reason: string, now: Instant): Decision {
  if (isHidden(version) && !isUnsettled(version)) return record({ type: 'quarantined', reason });
  if (state.write?.purpose === 'quarantine') return decideWrite(state, state.write, version, now);
  return record({ type: 'quarantineIntended', plan: hideEverywhere(version) });
}

/** Sends an intended write as soon as Azure takes writes, and again when the accepted one is not to be seen. */
function decideWrite(state: IncarnationState, write: Write, version: ImageVersion, now: Instant): Decision {
  if (isUnsettled(version)) return wait(nextLook(write.intendedAt, now, lookEveryMs));
  if (write.acceptedAt === undefined) return act({ kind: 'writeFlags', plan: write.plan });
  if (msBetween(write.acceptedAt, now) < lookEveryMs) return wait(nextLook(write.acceptedAt, now, lookEveryMs));
  if (write.lost < mostLostWrites) return record({ type: 'galleryWriteLost' });
  if (state.needsAttention) {
    const isDue = msBetween(write.acceptedAt, now) >= lookAtLostEveryMs;
    return isDue ? record({ type: 'galleryWriteLost' }) : nothing;
  }
  const reason = `${mostLostWrites} accepted writes of the exclude flags (${write.purpose satisfies WritePurpose}) did not stay: find out who else writes to this version`;
  return record({ type: 'needsAttention', code: 'GalleryWriteLost', reason });
}

function recordPublished(version: ImageVersion): Decision {
  const regions = version.targetRegions
    .filter((region) => region.excludeFromLatest !== true)
    .map((region) => region.name);
  const notAvailableIn = version.targetRegions.map((region) => region.name).filter((name) => !regions.includes(name));
  return record({ type: 'published', regions, notAvailableIn });
}

function isReplicating(version: ImageVersion, region: string): boolean {
  const replication = version.replication?.[region];
  return replication !== 'Completed' && replication !== 'Failed';
}
