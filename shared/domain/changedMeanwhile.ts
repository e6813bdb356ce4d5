import type { ByHand } from './changedByHand.ts';
import { offersIn } from './flagPlan.ts';
import type { GalleryWrite } from './galleryWrite.ts';
import { type ImageVersion, isOfferedIn, isUnsettled } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';

/** What is written while a release is under way. */
const ofRelease = new Set<GalleryWrite['purpose']>(['publish', 'exclude', 'replicate']);
/** What is about something else, or some regions, and repeats all other flags. */
const repeating = new Set<GalleryWrite['purpose']>(['endOfLife', 'retire', 'withdraw', 'undo']);

/**
 * What somebody did to the flags of a version that passed since a write of its release was intended, where the intended write,
 * or its repetition, would take it back. A region that was added without a flag is no such decision; nor, once the write was sent,
 * is one that is not shown: the write may be lost.
 */
export function changedMeanwhile({ write, release }: IncarnationState, version: ImageVersion): ByHand | undefined {
  if (!write || !ofRelease.has(write.purpose) || isUnsettled(version)) return undefined;
  const isSent = write.acceptedAt !== undefined || write.lost > 0;
  const published = release?.published ?? {};
  const isPlanned = (name: string) => offersIn(write.plan, name);
  const names = version.targetRegions.map(({ name }) => name);
  const hiddenIn = names.filter((name) => name in published && isPlanned(name) && !isOfferedIn(version, name));
  if (hiddenIn.length > 0) return { type: 'releaseStopped', hiddenIn };
  if (version.excludeFromLatest) return undefined;
  // Before the first write a flag that was never set shows as well: whoever cleared that of the version has done it.
  const isUntouched = !isSent && Object.keys(published).length === 0;
  const shown = version.targetRegions.filter(
    ({ excludeFromLatest }) => excludeFromLatest === false || (isUntouched && excludeFromLatest === undefined),
  );
  const regions = shown.map(({ name }) => name).filter((name) => !(name in published));
  return regions.every(isPlanned) ? undefined : { type: 'regionsShownByHand', regions };
}

/**
 * Whether somebody has changed flags since a write was intended that only repeats them: it is decided anew, on what is found.
 * What hides a version everywhere repeats none.
 */
export function repeatsOldFlags({ purpose, plan, regions = [] }: GalleryWrite, version: ImageVersion): boolean {
  if (!repeating.has(purpose) || isUnsettled(version)) return false;
  if (purpose === 'withdraw' && regions.length === 0) return false;
  return version.targetRegions.some(
    ({ name }) =>
      name in plan.regions && !regions.includes(name) && isOfferedIn(version, name) !== offersIn(plan, name),
  );
}

/** Whether somebody has changed what a write repeats, or the end of life that it gives, since it was intended. */
export function isOvertaken(write: GalleryWrite, version: ImageVersion): boolean {
  if (repeatsOldFlags(write, version)) return true;
  const { endOfLifeDate, setEndOfLife } = write.plan;
  if (setEndOfLife === undefined || endOfLifeDate === undefined || isUnsettled(version)) return false;
  return ![endOfLifeDate, setEndOfLife].includes(version.endOfLifeDate ?? null);
}
