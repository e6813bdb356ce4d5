import { act, type Decision, record, wait } from './decision.ts';
import type { Mode } from './facts.ts';
import { hideEverywhere, offerIn, showsPlan } from './flagPlan.ts';
import { type ImageVersion, isHidden } from './imageVersion.ts';
import type { IncarnationState, WritePurpose } from './incarnationState.ts';
import { type Instant, msBetween, nextLook } from './instant.ts';
import type { Policy } from './policy.ts';

type Write = NonNullable<IncarnationState['write']>;

const lookEveryMs = 15_000;
const mostLostWrites = 5;

/** Keeps the version out of latest in every region before anything else is done with it. */
export function decideHold(state: IncarnationState, version: ImageVersion, now: Instant): Decision {
  if (isHidden(version)) {
    if (state.write && isUnsettled(version)) return wait(nextLook(state.write.intendedAt, now, lookEveryMs));
    const how = state.bornVisible ? 'written' : 'bornHidden';
    return record({ type: 'held', how, exposedSeconds: state.bornVisible ? exposedSeconds(state, version, now) : 0 });
  }
  if (state.write?.purpose === 'hold') return decideWrite(state.write, version, now);
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
  if (mode !== 'enforce') return record({ type: 'wouldPublish', regions: replicatedRegions(version) });
  return decidePublish(state, version, policy, now);
}

function decidePublish(state: IncarnationState, version: ImageVersion, policy: Policy, now: Instant): Decision {
  if (state.write?.purpose === 'publish') {
    if (!isUnsettled(version) && state.write.acceptedAt !== undefined && showsPlan(version, state.write.plan)) {
      return recordPublished(version);
    }
    return decideWrite(state.write, version, now);
  }
  const limitMs = policy.replicationLimitHours * 3_600_000;
  const regions = replicatedRegions(version);
  const stillReplicating = version.targetRegions.some(({ name }) => isReplicating(version, name));
  if (regions.length === 0 || (stillReplicating && msBetween(state.detectedAt, now) < limitMs)) {
    return wait(nextLook(state.detectedAt, now, lookEveryMs));
  }
  const plan = offerIn(version, regions);
  return record({ type: 'publishIntended', plan, regions });
}

function decideQuarantine(state: IncarnationState, version: ImageVersion, reason: string, now: Instant): Decision {
  if (isHidden(version) && !isUnsettled(version)) return record({ type: 'quarantined', reason });
  if (state.write?.purpose === 'quarantine') return decideWrite(state.write, version, now);
  return record({ type: 'quarantineIntended', plan: hideEverywhere(version) });
}

/** Sends an intended write as soon as Azure takes writes, and again when the accepted one is not to be seen. */
function decideWrite(write: Write, version: ImageVersion, now: Instant): Decision {
  if (isUnsettled(version)) return wait(nextLook(write.intendedAt, now, lookEveryMs));
  if (write.acceptedAt === undefined) return act({ kind: 'writeFlags', plan: write.plan });
  if (msBetween(write.acceptedAt, now) < lookEveryMs) return wait(nextLook(write.acceptedAt, now, lookEveryMs));
  if (write.lost < mostLostWrites) return record({ type: 'galleryWriteLost' });
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

/** Azure refuses or loses writes while an earlier operation runs. */
function isUnsettled(version: ImageVersion): boolean {
  return version.provisioningState === 'Creating' || version.provisioningState === 'Updating';
}

function replicatedRegions(version: ImageVersion): string[] {
  return version.targetRegions
    .map((region) => region.name)
    .filter((name) => version.replication?.[name] === 'Completed');
}

function isReplicating(version: ImageVersion, region: string): boolean {
  const replication = version.replication?.[region];
  return replication !== 'Completed' && replication !== 'Failed';
}

/** Seconds that a version born visible could be picked; counted from its publication, at the latest from detection. */
function exposedSeconds(state: IncarnationState, version: ImageVersion, now: Instant): number {
  const published = version.publishedDate ?? version.createdAt ?? state.detectedAt;
  return Math.max(0, Math.round(Math.max(msBetween(published, now), msBetween(state.detectedAt, now)) / 1000));
}
