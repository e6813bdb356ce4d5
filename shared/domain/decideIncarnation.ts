import { decideCleanUp } from './decideCleanUp.ts';
import { decideHold, decidePublication } from './decidePublication.ts';
import { decideSmokeTest } from './decideSmokeTest.ts';
import { type Decision, nothing, record, together } from './decision.ts';
import type { Mode } from './facts.ts';
import { type ImageVersion, isHidden, offeredRegions, replicatedRegions } from './imageVersion.ts';
import type { IncarnationKeys } from './incarnation.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';
import type { IncarnationLook } from './look.ts';
import type { Policy } from './policy.ts';

/**
 * What comes next for one incarnation. Pure: the same state, look, policy and instant give the same decision, so a
 * crash at any point is resumed by deciding again.
 */
export function decideIncarnation(
  state: IncarnationState,
  look: IncarnationLook,
  policy: Policy,
  keys: IncarnationKeys,
  now: Instant,
): Decision {
  if (look.version === 'gone' && !state.deleted) return record({ type: 'versionDeleted' });
  return together([decideNext(state, look, policy, keys, now), decideCleanUp(state, look, now)]);
}

/** Not yet known to be out of latest, where it has to be: nothing else comes before that. */
export function awaitsHold(state: IncarnationState, policy: Policy): boolean {
  const { deleted, outcome, heldAt, mode, byHand } = state;
  const isUndecided = !byHand && !deleted && outcome === undefined && heldAt === undefined;
  return isUndecided && effectiveMode(mode, policy.mode) === 'enforce';
}

/** Nothing left to do, in Azure or in the log. */
export function isFinished(state: IncarnationState): boolean {
  const vmsGone = state.attempts.every((attempt) => attempt.launch === undefined || attempt.goneAt !== undefined);
  return vmsGone && (state.outcome !== undefined || state.deleted);
}

function decideNext(
  state: IncarnationState,
  look: IncarnationLook,
  policy: Policy,
  keys: IncarnationKeys,
  now: Instant,
): Decision {
  const { version } = look;
  if (version === 'gone' || state.deleted || state.outcome !== undefined) return nothing;
  if (state.byHand) {
    const isOver = state.verdict !== undefined || state.needsAttention !== undefined;
    return isOver ? record({ type: 'testFinished' }) : decideSmokeTest({ state, version, look, policy, keys, now });
  }
  const mode = effectiveMode(state.mode, policy.mode);
  if (mode === 'observe') return record({ type: 'observed' });
  if (state.verdict === undefined && isUseless(version)) return record({ type: 'versionCreationFailed' });
  if (awaitsHold(state, policy)) return decideHold(state, version, now);
  if (mode === 'enforce' && state.verdict?.verdict !== 'passed' && !isHidden(version))
    return record({ type: 'driftFound', visibleIn: offeredRegions(version) });
  // What needs a person waits for one; only a write that was intended is tried again whenever the sweep comes by.
  if (state.needsAttention && state.write === undefined) return nothing;
  if (state.verdict === undefined) return decideSmokeTest({ state, version, look, policy, keys, now });
  return decidePublication(state, state.verdict, version, mode, policy, now);
}

/** Failed, and replicated nowhere: no VM can be made from it. */
function isUseless(version: ImageVersion): boolean {
  return version.provisioningState === 'Failed' && replicatedRegions(version).length === 0;
}

const reach: Mode[] = ['observe', 'test', 'enforce'];

/** A run began under one mode; a later, more careful policy restrains it at once, a bolder one does not embolden it. */
function effectiveMode(atDetection: Mode, current: Mode): Mode {
  return reach.indexOf(current) < reach.indexOf(atDetection) ? current : atDetection;
}
