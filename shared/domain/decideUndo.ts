import { repeatsOldFlags } from './changedMeanwhile.ts';
import { decideWrite } from './decideWrite.ts';
import { type Decision, record } from './decision.ts';
import { offerIn } from './flagPlan.ts';
import type { GalleryWrite } from './galleryWrite.ts';
import { handEditKey } from './handEdit.ts';
import { type ImageVersion, isOfferedIn, isUnsettled, offeredRegions } from './imageVersion.ts';
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
  if (write?.purpose === 'undo' && release?.undoing) return goOnUndoing(state, write, version, now);
  const edit = release?.handEdit;
  if (!edit || surroundings.paused || !isToUndo(state, policy) || write || isUnsettled(version)) return undefined;
  const offered = offeredRegions(version);
  const isPinned = (region: string) => (surroundings.pins[region] ?? surroundings.pins[everywhere]) !== undefined;
  const shows = version.targetRegions
    .map(({ name }) => name)
    .filter((name) => edit.hiddenIn.includes(name) && !offered.includes(name) && !isPinned(name));
  const hides = offered.filter((name) => edit.shownIn.includes(name) && surroundings.goodIn.includes(name));
  return shows.length + hides.length === 0 ? undefined : intendUndo(version, shows, hides);
}

/** Sees it through in the regions that it is about; in all others the flags stay as they are found. */
export function goOnUndoing(
  state: IncarnationState,
  write: GalleryWrite,
  version: ImageVersion,
  now: Instant,
): Decision {
  const { plan, regions = [] } = write;
  const shows = regions.filter((name) => plan.regions[name] === false);
  const hides = regions.filter((name) => !shows.includes(name));
  const isDone = version.targetRegions.every(
    ({ name }) => !regions.includes(name) || isOfferedIn(version, name) === shows.includes(name),
  );
  if (isDone && !isUnsettled(version))
    return record(...changedByOthers(write, version), { type: 'handEditUndone', shows, hides });
  return repeatsOldFlags(write, version) ? intendUndo(version, shows, hides) : decideWrite(state, write, version, now);
}

function intendUndo(version: ImageVersion, shows: string[], hides: string[]): Decision {
  const kept = offeredRegions(version).filter((name) => !hides.includes(name));
  return record({ type: 'handEditUndoIntended', plan: offerIn(version, [...kept, ...shows]), shows, hides });
}
