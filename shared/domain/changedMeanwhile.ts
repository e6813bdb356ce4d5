import type { ByHand } from './changedByHand.ts';
import { type ImageVersion, isOfferedIn, isUnsettled } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';

/**
 * What somebody did to the flags of a version that passed since its publication was intended, where the intended write, or
 * its repetition, would take it back. A region that was added without a flag is no such decision; nor, once the write was sent,
 * is one that is not shown: the write may be lost.
 */
export function changedMeanwhile({ write, release }: IncarnationState, version: ImageVersion): ByHand | undefined {
  if (write?.purpose !== 'publish' || isUnsettled(version)) return undefined;
  const isSent = write.acceptedAt !== undefined || write.lost > 0;
  const published = release?.published ?? {};
  const isPlanned = (name: string) => !write.plan.excludeFromLatest && write.plan.regions[name] === false;
  const names = version.targetRegions.map(({ name }) => name);
  const hiddenIn = names.filter((name) => name in published && isPlanned(name) && !isOfferedIn(version, name));
  if (!isSent && hiddenIn.length > 0) return { type: 'releaseStopped', hiddenIn };
  if (version.excludeFromLatest) return undefined;
  const shown = version.targetRegions.filter((region) => region.excludeFromLatest === false);
  const regions = shown.map(({ name }) => name).filter((name) => !(name in published));
  return regions.every(isPlanned) ? undefined : { type: 'regionsShownByHand', regions };
}
