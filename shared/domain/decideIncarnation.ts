import { decideCleanUp } from './decideCleanUp.ts';
import { decideHold, decidePublication } from './decidePublication.ts';
import { decideSmokeTest } from './decideSmokeTest.ts';
import { type Decision, nothing, record, together } from './decision.ts';
import type { Mode } from './facts.ts';
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
  return together([decideCleanUp(state, look, now), decideNext(state, look, policy, keys, now)]);
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
  if (version === 'gone' || state.deleted || state.outcome !== undefined || state.needsAttention) return nothing;
  const mode = effectiveMode(state.mode, policy.mode);
  if (mode === 'observe') return record({ type: 'observed' });
  if (version.provisioningState === 'Failed' && state.heldAt === undefined)
    return record({ type: 'versionCreationFailed' });
  if (mode === 'enforce' && state.heldAt === undefined) return decideHold(state, version, now);
  if (state.verdict === undefined) return decideSmokeTest(state, version, look, keys, now);
  return decidePublication(state, state.verdict, version, mode, policy, now);
}

const reach: Mode[] = ['observe', 'test', 'enforce'];

/** A run began under one mode; a later, more careful policy restrains it at once, a bolder one does not embolden it. */
function effectiveMode(atDetection: Mode, current: Mode): Mode {
  return reach.indexOf(current) < reach.indexOf(atDetection) ? current : atDetection;
}
