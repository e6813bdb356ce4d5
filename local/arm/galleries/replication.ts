import type { Arm } from '../arm.ts';
import type { FaultFacts } from '../faults.ts';
import type { JsonObject } from '../json.ts';
import { regionName } from '../regions.ts';
import type { Resource } from '../resources.ts';
import type { PublishingProfile, Replica, TargetRegion, VersionProperties, VersionState } from './galleryTypes.ts';

export type Version = Resource<VersionProperties, VersionState>;

/** Shallow versions copy next to nothing. */
const shallowShare = 0.1;

/**
 * The replicas a profile asks for: what is there stays, what is missing or has failed starts now, what is no longer
 * named goes.
 */
export function planReplicas(
  arm: Arm,
  facts: FaultFacts,
  profile: PublishingProfile & { targetRegions: TargetRegion[] },
  before: Record<string, Replica>,
): Record<string, Replica> {
  const now = arm.clock.now();
  return Object.fromEntries(
    profile.targetRegions.map(({ name }) => {
      const replica = before[name];
      const kept = replica && !(replica.fails && replica.doneAt <= now);
      return [name, kept ? replica : newReplica(arm, facts, profile, name)];
    }),
  );
}

function newReplica(arm: Arm, facts: FaultFacts, { replicationMode }: PublishingProfile, region: string): Replica {
  const inRegion = (effect: { targetRegion: string }) => regionName(effect.targetRegion) === regionName(region);
  const slow = arm.faults.take('slowReplication', facts, inRegion);
  const fails = arm.faults.take('failedReplication', facts, inRegion) !== undefined;
  const now = arm.clock.now();
  return { startedAt: now, doneAt: now + copyMs(arm, replicationMode) + (slow?.ms ?? 0), fails };
}

/** How long the write that starts replicas takes; a replica that is slower than usual does not hold it up. */
export function writeMs(arm: Arm, profile: PublishingProfile, before: object, after: object): number {
  const copies = Object.keys(after).some((region) => !(region in before));
  return copies ? copyMs(arm, profile.replicationMode) : arm.settings.updateMs;
}

const copyMs = (arm: Arm, mode: PublishingProfile['replicationMode']) =>
  arm.settings.replicationMs * (mode === 'Shallow' ? shallowShare : 1);

export function replicaState({ doneAt, fails }: Replica, now: number): 'Replicating' | 'Completed' | 'Failed' {
  if (now < doneAt) return 'Replicating';
  return fails ? 'Failed' : 'Completed';
}

/** What $expand=ReplicationStatus adds. */
export function replicationStatus(version: Version, now: number): JsonObject {
  const summary = Object.entries(version.state.replicas).map(([region, replica]) => {
    const state = replicaState(replica, now);
    const share = (now - replica.startedAt) / Math.max(replica.doneAt - replica.startedAt, 1);
    const progress = state === 'Completed' ? 100 : Math.min(99, Math.floor(share * 100));
    const details = state === 'Failed' ? `Replication to region '${region}' failed.` : '';
    return { region, state, details, progress };
  });
  const states = new Set(summary.map(({ state }) => state));
  const aggregatedState = states.has('Failed') ? 'Failed' : states.has('Replicating') ? 'InProgress' : 'Completed';
  return { aggregatedState, summary };
}

/** Whether a virtual machine in `region` can be made of the version. */
export function isAvailableIn(version: Version, region: string, now: number): boolean {
  if (!version.state.usable || version.properties.provisioningState === 'Deleting') return false;
  return Object.entries(version.state.replicas).some(
    ([name, replica]) => regionName(name) === regionName(region) && replicaState(replica, now) === 'Completed',
  );
}
