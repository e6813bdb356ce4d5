import { isOvertaken, repeatsOldFlags } from './changedMeanwhile.ts';
import { decideDeletion } from './decideDeletion.ts';
import { decideWrite } from './decideWrite.ts';
import { type Decision, record, wait } from './decision.ts';
import { restoredEndOfLife, supersededEndOfLife } from './endOfLife.ts';
import type { IncarnationFact } from './facts.ts';
import { hideEverywhere, offerIn } from './flagPlan.ts';
import type { ImageUse } from './imageUse.ts';
import { type ImageVersion, isUnsettled, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type Instant, nextLook } from './instant.ts';
import type { LifecycleState } from './lifecycleState.ts';
import { changedByOthers } from './othersChanges.ts';
import type { Policy } from './policy.ts';
import type { Surroundings } from './surroundings.ts';

const lookEveryMs = 15_000;
type Due = NonNullable<LifecycleState['due']>;

/** Acts on what has become due for a version whose release is over. */
export function decideLifecycle(
  state: IncarnationState,
  due: Due,
  { version, use, definitionEndOfLife }: { version: ImageVersion; use?: ImageUse; definitionEndOfLife?: Instant },
  policy: Policy,
  surroundings: Surroundings,
  now: Instant,
): Decision {
  const { lifecycle, mode } = policy;
  if (isUnsettled(version)) return wait(nextLook(state.write?.intendedAt ?? state.detectedAt, now, lookEveryMs));
  if (due.stage === 'moved' && mode === 'enforce' && state.outcome === 'published')
    return undoMove(state, due, version, now);
  if (!lifecycle || mode !== 'enforce')
    return record({ type: 'lifecycleDropped', reason: 'the policy does not ask for it any more' });
  if (due.stage === 'delete') return decideDeletion(state, due.reason ?? '', version, use, lifecycle.retention, now);
  if (state.outcome !== 'published') return record({ type: 'lifecycleDropped', reason: `it is ${state.outcome}` });
  if (due.stage === 'latestAgain') {
    const { superseded } = state.lifecycle ?? {};
    const restored = superseded && restoredEndOfLife(superseded.before, lifecycle, definitionEndOfLife, now);
    return restoreEndOfLife(state, version, restored, now);
  }
  return due.stage === 'superseded'
    ? setEndOfLife(state, due, version, supersededEndOfLife(version, lifecycle, now), now)
    : retire(state, version, surroundings, now);
}

/** Flags stay as they are; the date is written, and read back. */
function setEndOfLife(
  state: IncarnationState,
  { by }: Due,
  version: ImageVersion,
  endOfLife: Instant | undefined,
  now: Instant,
): Decision {
  const begun = goOnWithDate(state, version, now, (written) => ({
    type: 'endOfLifeSet',
    endOfLife: written,
    why: 'superseded',
    ...(by !== undefined && { by }),
  }));
  if (begun) return begun;
  if (endOfLife === undefined) return record({ type: 'lifecycleDropped', reason: 'it ends as early by itself' });
  return intendDate(version, endOfLife);
}

/** Flags stay as they are; a date that somebody else wrote meanwhile stays too. */
function restoreEndOfLife(
  state: IncarnationState,
  version: ImageVersion,
  endOfLife: Instant | undefined,
  now: Instant,
): Decision {
  const was = state.lifecycle?.superseded?.endOfLife;
  const keepsEndOfLife = true as const;
  if (was === undefined) return record({ type: 'lifecycleDropped', reason: 'no newer version gave it an end of life' });
  const begun = goOnWithDate(state, version, now, (written) => ({
    type: 'endOfLifeRestored',
    endOfLife: written,
    was,
  }));
  if (begun) return begun;
  if (version.endOfLifeDate !== was)
    return record({ type: 'lifecycleDropped', keepsEndOfLife, reason: 'somebody moved its end of life meanwhile' });
  if (endOfLife === undefined)
    return record({ type: 'lifecycleDropped', keepsEndOfLife, reason: 'what it was before is over as well' });
  return intendDate(version, endOfLife);
}

/** Flags stay as they are; the date of before is written again. */
function undoMove(state: IncarnationState, due: Due, version: ImageVersion, now: Instant): Decision {
  const { endOfLife } = due;
  const found = state.write?.plan.endOfLifeDate ?? null;
  const begun = goOnWithDate(state, version, now, (written) => ({
    type: 'endOfLifeUndone',
    endOfLife: written,
    found,
  }));
  if (begun) return begun;
  if (endOfLife === undefined || endOfLife <= now || version.endOfLifeDate === endOfLife)
    return record({ type: 'lifecycleDropped', reason: 'there is nothing to undo any more' });
  return intendDate(version, endOfLife);
}

function intendDate(version: ImageVersion, setEndOfLife: Instant): Decision {
  return record({ type: 'endOfLifeIntended', plan: { ...offerIn(version, offeredRegions(version)), setEndOfLife } });
}

/** Undefined where no date is being written, or where somebody changed flags or the date since: it is decided anew. */
function goOnWithDate(
  state: IncarnationState,
  version: ImageVersion,
  now: Instant,
  done: (written: Instant) => IncarnationFact,
): Decision | undefined {
  const { write } = state;
  const written = write?.plan.setEndOfLife;
  if (write?.purpose !== 'endOfLife' || written === undefined) return undefined;
  if (version.endOfLifeDate === written) return record(...changedByOthers(write, version), done(written));
  return isOvertaken(write, version) ? undefined : decideWrite(state, write, version, now);
}

/** Out of latest, except where nothing else would be latest. */
function retire(state: IncarnationState, version: ImageVersion, { successorIn }: Surroundings, now: Instant): Decision {
  const { endOfLifeDate: endOfLife } = version;
  const { write } = state;
  if (endOfLife === undefined || endOfLife > now)
    return record({ type: 'lifecycleDropped', reason: 'its end of life was moved' });
  const offered = offeredRegions(version);
  const regions = offered.filter((region) => successorIn.includes(region));
  const remainsIn = offered.filter((region) => !successorIn.includes(region));
  if (regions.length === 0) {
    const others = changedByOthers(write, version);
    return record(...others, { type: 'retired', endOfLife, regions: write?.regions ?? [], remainsIn });
  }
  if (write?.purpose === 'retire' && !repeatsOldFlags(write, version)) return decideWrite(state, write, version, now);
  const plan = remainsIn.length === 0 ? hideEverywhere(version) : offerIn(version, remainsIn);
  return record({ type: 'retirementIntended', plan, regions });
}
