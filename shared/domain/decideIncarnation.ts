import { decideCleanUp } from './decideCleanUp.ts';
import { decideLifecycle } from './decideLifecycle.ts';
import { decideMemberFailed } from './decideMemberFailed.ts';
import { decideHold, decidePublication } from './decidePublication.ts';
import { decideSmokeTest } from './decideSmokeTest.ts';
import { decideUndo } from './decideUndo.ts';
import { decideWithdrawal } from './decideWithdrawal.ts';
import { type Decision, nothing, record, together, wait } from './decision.ts';
import { effectiveMode } from './effectiveMode.ts';
import { type ImageVersion, isHidden, offeredRegions, replicatedRegions } from './imageVersion.ts';
import type { IncarnationKeys } from './incarnation.ts';
import type { IncarnationState } from './incarnationState.ts';
import { addMs, type Instant, msBetween } from './instant.ts';
import { launchWait } from './launchWait.ts';
import type { IncarnationLook } from './look.ts';
import type { Policy } from './policy.ts';
import { isPublished } from './releaseState.ts';
import { isGood, type Surroundings } from './surroundings.ts';

/** However many newer versions arrive, an older one gets its turn after this. */
const longestAsideMs = 2 * 3_600_000;

/**
 * What comes next for one incarnation. Pure: the same state, look, policy and instant give the same decision, so a
 * crash at any point is resumed by deciding again.
 */
export function decideIncarnation(
  state: IncarnationState,
  look: IncarnationLook,
  policy: Policy,
  surroundings: Surroundings,
  keys: IncarnationKeys,
  now: Instant,
): Decision {
  if (look.version === 'gone' && !state.deleted) {
    const retention = state.lifecycle?.deletion?.reason;
    return record({ type: 'versionDeleted', ...(retention !== undefined && { retention }) });
  }
  return together([decideNext(state, look, policy, surroundings, keys, now), decideCleanUp(state, look, now)]);
}

/**
 * Not yet known to be out of latest, where it has to be: nothing else comes before that. One that passed while nothing was
 * written need not be: where it is offered it may be the last good one, also when it fails later. A hold that was intended
 * is seen through.
 */
export function awaitsHold(state: IncarnationState, policy: Policy): boolean {
  const { deleted, outcome, heldAt, mode, byHand, write } = state;
  const isUndecided = !byHand && !deleted && outcome === undefined && heldAt === undefined;
  const mayBeOffered = (isGood(state) || isPublished(state)) && write?.purpose !== 'hold';
  return isUndecided && !mayBeOffered && effectiveMode(mode, policy.mode) === 'enforce';
}

/** Nothing left to do, in Azure or in the log. */
export function isFinished(state: IncarnationState): boolean {
  const vmsGone = state.attempts.every((attempt) => attempt.launch === undefined || attempt.goneAt !== undefined);
  return vmsGone && (state.deleted || (state.outcome !== undefined && !state.lifecycle?.due));
}

function decideNext(
  state: IncarnationState,
  look: IncarnationLook,
  policy: Policy,
  surroundings: Surroundings,
  keys: IncarnationKeys,
  now: Instant,
): Decision {
  const { version } = look;
  if (version === 'gone' || state.deleted) return nothing;
  const due = state.lifecycle?.due;
  const rests = surroundings.paused && state.write === undefined && !state.lifecycle?.deletion;
  if (due && state.outcome !== undefined)
    return rests ? nothing : decideLifecycle(state, due, { ...look, version }, policy, surroundings, now);
  const undo = decideUndo(state, version, policy, surroundings, now);
  if (undo) return undo;
  if (state.outcome !== undefined) return nothing;
  const launchWaits = launchWait(state, surroundings, surroundings.test);
  const testing = { state, version, look, policy, keys, now, ...(launchWaits && { launchWaits }) };
  if (state.byHand) {
    const isOver = state.verdict !== undefined || state.needsAttention !== undefined;
    return isOver ? record({ type: 'testFinished' }) : decideSmokeTest(testing);
  }
  if (state.withdrawal && policy.mode === 'enforce') return decideWithdrawal(state, state.withdrawal, version, now);
  if (state.memberFailed && policy.mode === 'enforce' && isGood(state))
    return decideMemberFailed(state, state.memberFailed, version, surroundings, now);
  const mode = effectiveMode(state.mode, policy.mode);
  if (mode === 'observe') return record({ type: 'observed' });
  if (state.verdict === undefined && isUseless(version)) return record({ type: 'versionCreationFailed' });
  if (awaitsHold(state, policy)) return decideHold(state, version, now);
  const isBegun = state.release?.begunAt !== undefined || isPublished(state);
  if (mode === 'enforce' && !isGood(state) && !isBegun && !isHidden(version))
    return record({ type: 'driftFound', visibleIn: offeredRegions(version) });
  if (state.quarantine) return record({ type: 'quarantined', reason: state.quarantine.reason });
  // What needs a person waits for one; only a write that was intended is tried again whenever the sweep comes by.
  // A replica that arrives late is not a person's doing.
  const goesOn = ['NotReplicated', 'LastGood'];
  const waitsForPerson = state.needsAttention !== undefined && !goesOn.includes(state.needsAttention.code);
  if (waitsForPerson && state.write === undefined) return nothing;
  if (state.verdict === undefined) return decideTurn(state, surroundings, now) ?? decideSmokeTest(testing);
  return decidePublication(state, state.verdict, { ...look, version }, mode, policy, surroundings, now);
}

/** A newer version comes before the next VM; undefined when it is this version's turn, or a pause's. */
function decideTurn(state: IncarnationState, { newer, paused }: Surroundings, now: Instant): Decision | undefined {
  const passed = newer.find(({ stands }) => stands === 'ready' || stands === 'begun');
  if (passed) return record({ type: 'superseded', by: passed.version });
  const last = state.attempts.at(-1);
  if (paused || (last?.launch && !last.result)) return undefined;
  const isQueued = last?.slotAwaitedAt !== undefined && !last.launch;
  const rival = newer.find(({ stands }) => stands === 'undecided');
  if (!isQueued || !rival || msBetween(state.detectedAt, now) >= longestAsideMs) return undefined;
  if (state.release?.asideFor !== rival.version) return record({ type: 'setAside', for: rival.version });
  return wait(addMs(state.detectedAt, longestAsideMs));
}

/** Failed, and replicated nowhere: no VM can be made from it. */
function isUseless(version: ImageVersion): boolean {
  return version.provisioningState === 'Failed' && replicatedRegions(version).length === 0;
}
