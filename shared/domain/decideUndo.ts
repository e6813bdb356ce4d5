import { decideWrite } from './decideWrite.ts';
import { type Decision, record } from './decision.ts';
import { offerIn, showsPlan } from './flagPlan.ts';
import { handEditKey } from './handEdit.ts';
import { type ImageVersion, isUnsettled, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';
import { changedByOthers } from './othersChanges.ts';
import type { Policy } from './policy.ts';
import { everywhere } from './requests.ts';
import { isGood, type Surroundings } from './surroundings.ts';

/** Work that waits for the end of a pause: a change by hand that the policy takes back. */
export function awaitsUndo(state: IncarnationState, policy: Policy, paused: Surroundings['paused']): boolean {
  return paused !== undefined && !state.deleted && isToUndo(state, policy);
}

function isToUndo(state: IncarnationState, { drift, mode }: Policy): boolean {
  const { handEdit, undone = [] } = state.release ?? {};
  const isAsked = drift?.flags === 'undo' && mode === 'enforce';
  return isAsked && handEdit !== undefined && !undone.includes(handEditKey(handEdit)) && isGood(state);
}

/**
 * Takes back what somebody did by hand to the flags of a version that passed, where the policy says so: once for each
 * change, so that nobody is fought. Nothing is shown against a pin, and the last good version is taken from no region.
 * Undefined where there is nothing to undo.
 */
export function decideUndo(
  state: IncarnationState,
  version: ImageVersion,
  policy: Policy,
  surroundings: Surroundings,
  now: Instant,
): Decision | undefined {
  const { write, release } = state;
  if (write?.purpose === 'undo' && release?.undoing) {
    if (isUnsettled(version) || !showsPlan(version, write.plan)) return decideWrite(state, write, version, now);
    const { shows, hides } = release.undoing;
    return record(...changedByOthers(write, version), { type: 'handEditUndone', shows, hides });
  }
  const edit = release?.handEdit;
  if (!edit || surroundings.paused || !isToUndo(state, policy) || write || isUnsettled(version)) return undefined;
  const offered = offeredRegions(version);
  const isPinned = (region: string) => (surroundings.pins[region] ?? surroundings.pins[everywhere]) !== undefined;
  const shows = version.targetRegions
    .map(({ name }) => name)
    .filter((name) => edit.hiddenIn.includes(name) && !offered.includes(name) && !isPinned(name));
  const hides = offered.filter((name) => edit.shownIn.includes(name) && surroundings.goodIn.includes(name));
  if (shows.length + hides.length === 0) return undefined;
  const plan = offerIn(version, [...offered.filter((name) => !hides.includes(name)), ...shows]);
  return record({ type: 'handEditUndoIntended', plan, shows, hides });
}
