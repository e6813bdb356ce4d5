import { repeatsOldFlags } from './changedMeanwhile.ts';
import { decideWrite } from './decideWrite.ts';
import { type Decision, record, wait } from './decision.ts';
import { hideEverywhere, offerIn } from './flagPlan.ts';
import { type ImageVersion, isHidden, isOfferedIn, isUnsettled, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type Instant, nextLook } from './instant.ts';
import { changedByOthers } from './othersChanges.ts';

const lookEveryMs = 15_000;

/** Takes a version out of latest where an operator wants it out. It comes before everything else. */
export function decideWithdrawal(
  state: IncarnationState,
  { why, regions, reason }: NonNullable<IncarnationState['withdrawal']>,
  version: ImageVersion,
  now: Instant,
): Decision {
  const { write } = state;
  const remainsIn = why === 'quarantine' ? [] : offeredRegions(version).filter((name) => !regions.includes(name));
  if (isUnsettled(version)) return wait(nextLook(write?.intendedAt ?? state.detectedAt, now, lookEveryMs));
  const isOut = remainsIn.length === 0 ? isHidden(version) : regions.every((name) => !isOfferedIn(version, name));
  if (isOut) return record(...changedByOthers(write, version), { type: 'withdrawn', why, regions, remainsIn, reason });
  if (write?.purpose === 'withdraw' && !repeatsOldFlags(write, version)) return decideWrite(state, write, version, now);
  const plan = remainsIn.length === 0 ? hideEverywhere(version) : offerIn(version, remainsIn);
  return record({ type: 'withdrawalIntended', plan, regions });
}
