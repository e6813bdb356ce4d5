import { changedMeanwhile, isOvertaken } from './changedMeanwhile.ts';
import { decideRings } from './decideRings.ts';
import { goOnUndoing } from './decideUndo.ts';
import { decideWrite } from './decideWrite.ts';
import { type Decision, nothing, record, together, wait } from './decision.ts';
import { type FlagPlan, offerIn, showsPlan } from './flagPlan.ts';
import type { GalleryWrite } from './galleryWrite.ts';
import { decideGates, vetoed } from './gates.ts';
import { groupVeto, groupWait } from './groups.ts';
import { type ImageVersion, isUnsettled, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type Instant, nextLook } from './instant.ts';
import { changedByOthers } from './othersChanges.ts';
import type { Policy } from './policy.ts';
import { recordPublished } from './recordPublished.ts';
import { newRelease, type ReleaseState } from './releaseState.ts';
import { lookEveryMs, type ReleaseLook, type Releasing } from './releasing.ts';
import type { Surroundings } from './surroundings.ts';
import { waitFor } from './waitFor.ts';

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
  if (state.write && !isPassedOver(state.write, version)) return decideReleaseWrite(releasing, state.write);
  if (isUnsettled(version)) return wait(nextLook(state.detectedAt, now, lookEveryMs));
  if (surroundings.policyHash !== release.policyHash)
    return record({ type: 'policyChanged', policyHash: surroundings.policyHash });
  return decideByHand(releasing) ?? decidePeople(releasing) ?? decideRings(releasing);
}

/** What is to be shown now: an end of life that somebody has given it since the write was intended stays. */
function planOn(write: GalleryWrite, version: ImageVersion): FlagPlan {
  if (!isOvertaken(write, version)) return write.plan;
  const { setEndOfLife: _, ...flags } = write.plan;
  return { ...flags, endOfLifeDate: version.endOfLifeDate ?? null };
}

/** A write of its lifecycle that somebody has overtaken is decided anew when the release is over. */
export function isPassedOver(write: GalleryWrite, version: ImageVersion): boolean {
  return !['undo', 'publish'].includes(write.purpose) && isOvertaken(write, version);
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
  if (write.purpose === 'undo') return goOnUndoing(state, write, version, now);
  const meanwhile = changedMeanwhile(state, version);
  if (meanwhile) return record(meanwhile);
  const plan = planOn(write, version);
  const isThere = !isUnsettled(version) && showsPlan(version, plan);
  if (!isThere && plan !== write.plan) return record({ type: 'publishIntended', plan, regions: write.regions ?? [] });
  if (!isThere || (write.purpose === 'replicate' && write.acceptedAt === undefined))
    return decideWrite(state, write, version, now);
  const regions = write.regions ?? [];
  const others = record(...changedByOthers(write, version));
  if (write.purpose === 'replicate') return together([others, record({ type: 'replicationRequested', regions })]);
  if (write.purpose === 'exclude') return together([others, record({ type: 'regionsExcluded', regions })]);
  const { setEndOfLife: endOfLife } = plan;
  const ends: Decision =
    endOfLife === undefined ? nothing : record({ type: 'endOfLifeSet', endOfLife, why: 'published' });
  return together([others, ends, recordPublished(releasing, plan)]);
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
