import type { KnownVersion } from './definitionState.ts';
import type { FactOf } from './facts.ts';
import { type ImageVersion, offeredRegions } from './imageVersion.ts';

export type ByHand = FactOf<'releaseStopped'> | FactOf<'regionsShownByHand'>;

/** What somebody did to the flags of a version whose release is over; it is told, and left as it is. */
export function changedByHand(
  { publishedIn }: Extract<KnownVersion, { kind: 'examined' }>,
  version: ImageVersion,
): ByHand | undefined {
  if (publishedIn === undefined) return undefined;
  const offered = offeredRegions(version);
  const targets = version.targetRegions.map(({ name }) => name);
  const hiddenIn = publishedIn.filter((region) => targets.includes(region) && !offered.includes(region));
  if (hiddenIn.length > 0) return { type: 'releaseStopped', hiddenIn };
  const regions = offered.filter((region) => !publishedIn.includes(region));
  return regions.length > 0 ? { type: 'regionsShownByHand', regions } : undefined;
}
