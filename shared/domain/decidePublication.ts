import { decideRelease, isPassedOver } from './decideRelease.ts';
import { decideWrite } from './decideWrite.ts';
import { type Decision, nothing, record, wait } from './decision.ts';
import type { Mode } from './facts.ts';
import { hideEverywhere } from './flagPlan.ts';
import { type ImageVersion, isHidden, isUnsettled, offeredRegions, replicatedRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type Instant, msBetween, nextLook } from './instant.ts';
import { changedByOthers } from './othersChanges.ts';
import type { Policy } from './policy.ts';
import type { ReleaseLook } from './releasing.ts';
import type { Surroundings } from './surroundings.ts';
import { waitFor } from './waitFor.ts';

const lookEveryMs = 15_000;

/** Keeps the version out of latest in every region before anything else is done with it. */
export function decideHold(state: IncarnationState, version: ImageVersion, now: Instant): Decision {
  if (isHidden(version)) {
    if (state.write && isUnsettled(version)) return wait(nextLook(state.write.intendedAt, now, lookEveryMs));
    const { exposedSince } = state;
    if (exposedSince === undefined) return record({ type: 'held', how: 'bornHidden', exposedSeconds: 0 });
    const exposedSeconds = Math.max(0, Math.round(msBetween(exposedSince, now) / 1000));
    return record(...changedByOthers(state.write, version), {
      type: 'held',
      how: 'written',
      exposedSeconds,
      ...exposedIn(state.write?.regions, version, exposedSeconds),
    });
  }
  if (state.write?.purpose === 'hold') return decideWrite(state, state.write, version, now);
  const plan = hideEverywhere(version);
  return record({ type: 'holdIntended', plan, visibleIn: offeredRegions(version) });
}

/** One write hides it everywhere; where it has no replica, nobody could pick it. */
function exposedIn(offered: string[] | undefined, version: ImageVersion, seconds: number) {
  if (!offered) return {};
  const replicated = replicatedRegions(version).filter((region) => offered.includes(region));
  return { exposed: Object.fromEntries(replicated.map((region) => [region, seconds])) };
}

/** Acts on the verdict: publishes, quarantines, or says what it would have done. */
export function decidePublication(
  state: IncarnationState,
  { verdict, reason }: NonNullable<IncarnationState['verdict']>,
  look: ReleaseLook,
  mode: Mode,
  policy: Policy,
  surroundings: Surroundings,
  now: Instant,
): Decision {
  const { version } = look;
  if (verdict === 'inconclusive' && !state.overridden) return record({ type: 'leftInconclusive', reason });
  if (verdict === 'failed') {
    return mode === 'enforce'
      ? (askBeforeEmpty(state, surroundings) ?? decideQuarantine(state, version, reason, now))
      : record({ type: 'wouldQuarantine', reason });
  }
  if (mode === 'enforce' || isWriting(state, version)) return decideRelease(state, look, policy, surroundings, now);
  return decideRestrained(state, version);
}

/** A write on its way is seen through, whatever the mode is now: the log must not deny what the gallery shows. */
function isWriting({ write }: IncarnationState, version: ImageVersion): boolean {
  return (
    write !== undefined && !isPassedOver(write, version) && (write.acceptedAt !== undefined || isUnsettled(version))
  );
}

/** The mode was lowered since the version was detected, or never was `enforce`. */
function decideRestrained({ release }: IncarnationState, version: ImageVersion): Decision {
  const regions = Object.keys(release?.published ?? {});
  if (!release || regions.length === 0) return record({ type: 'wouldPublish', regions: replicatedRegions(version) });
  const reason = `published in ${regions.join(', ')}; the mode is not enforce any more, and nothing more is written`;
  return waitFor(release, { code: 'mode', reason });
}

/** A version that was published and failed when tested again is the last good one: only an operator takes it away. */
function askBeforeEmpty({ release, needsAttention }: IncarnationState, { goodIn }: Surroundings): Decision | undefined {
  const alone = Object.keys(release?.published ?? {}).filter((region) => !goodIn.includes(region));
  if (alone.length === 0) return undefined;
  if (needsAttention) return nothing;
  const reason = `failed when it was tested again, and nothing else would be latest in ${alone.join(', ')}: publish another version there, or quarantine it by hand`;
  return record({ type: 'needsAttention', code: 'LastGood', reason });
}

function decideQuarantine(state: IncarnationState, version: ImageVersion, reason: string, now: Instant): Decision {
  if (isHidden(version) && !isUnsettled(version))
    return record(...changedByOthers(state.write, version), { type: 'quarantined', reason });
  if (state.write?.purpose === 'quarantine') return decideWrite(state, state.write, version, now);
  return record({ type: 'quarantineIntended', plan: hideEverywhere(version) });
}
