import type { FactOf, IncarnationFact } from './facts.ts';
import { type FlagPlan, showsPlan } from './flagPlan.ts';
import { type GalleryWrite, type Profile, profileOf } from './galleryWrite.ts';
import type { ImageVersion } from './imageVersion.ts';
import type { Instant } from './instant.ts';

type Restores = NonNullable<FlagPlan['restores']>;

/**
 * What else is different when a write is read back: what was written again for others, and what is not as it was
 * written: the end of life or its block, which every write repeats as they were, or target regions that are not there
 * any more. The latter is not ours to undo, and not to be passed over.
 */
export function changedByOthers(write: GalleryWrite | undefined, version: ImageVersion): IncarnationFact[] {
  return write ? [...restored(write.plan, version), ...different(write.plan, version)] : [];
}

function different(plan: FlagPlan, version: ImageVersion): FactOf<'changedByOthers'>[] {
  const { regions, setEndOfLife, restores } = plan;
  const names = [...Object.keys(regions), ...(restores?.regions ?? []).map(({ name }) => name)];
  const lostRegions = [...new Set(names)].filter((name) => !hasRegion(version, name));
  const wanted = {
    endOfLifeDate: setEndOfLife ?? restores?.endOfLifeDate ?? plan.endOfLifeDate,
    block: restores?.blockDeletionBeforeEndOfLife ?? plan.blockDeletionBeforeEndOfLife,
  };
  const { endOfLifeDate, blockDeletionBeforeEndOfLife: block } = profileOf(version);
  const isNewDate = wanted.endOfLifeDate !== undefined && wanted.endOfLifeDate !== endOfLifeDate;
  const isNewBlock = wanted.block !== undefined && wanted.block !== block;
  if (lostRegions.length === 0 && !isNewDate && !isNewBlock) return [];
  return [
    {
      type: 'changedByOthers',
      lostRegions,
      ...(isNewDate && { endOfLifeDate }),
      ...(isNewBlock && { blockDeletionBeforeEndOfLife: block }),
    },
  ];
}

function restored({ restores }: FlagPlan, version: ImageVersion): FactOf<'othersRestored'>[] {
  if (!restores) return [];
  const { endOfLifeDate: date, blockDeletionBeforeEndOfLife: block } = restores;
  const seen = profileOf(version);
  const regions = restores.regions.map(({ name }) => name).filter((name) => hasRegion(version, name));
  const isDate = date !== undefined && seen.endOfLifeDate === date;
  const isBlock = block !== undefined && seen.blockDeletionBeforeEndOfLife === block;
  if (regions.length === 0 && !isDate && !isBlock) return [];
  return [
    {
      type: 'othersRestored',
      regions,
      ...(isDate && { endOfLifeDate: date }),
      ...(isBlock && { blockDeletionBeforeEndOfLife: block }),
    },
  ];
}

/**
 * What a third writer took back of somebody else's, together with an accepted write of ours: it had read the version
 * before either. Known is only what was seen before our write, and is again now as it was seen earlier; a value that was
 * never another one may have been changed on purpose, and so may one that is changed while our write stands. Undefined
 * where nothing is known to be lost.
 */
export function lostOfOthers(
  { earlier = [] }: { earlier?: Profile[] },
  { plan, met, acceptedAt }: GalleryWrite,
  version: ImageVersion,
  now: Instant,
): Restores | undefined {
  if (acceptedAt === undefined || !met || plan.restores || showsPlan(version, plan)) return undefined;
  const seen = profileOf(version);
  const regions = met.targetRegions.filter(
    ({ name, encrypted }) =>
      !encrypted && !hasRegion(version, name) && earlier.some((then) => !then.regions.includes(name)),
  );
  const wasDate = earlier.some(({ endOfLifeDate }) => endOfLifeDate === seen.endOfLifeDate);
  const isDateLost = met.endOfLifeDate !== seen.endOfLifeDate && wasDate;
  const wasBlock = earlier.some((then) => then.blockDeletionBeforeEndOfLife === seen.blockDeletionBeforeEndOfLife);
  const isBlockLost = met.blockDeletionBeforeEndOfLife !== seen.blockDeletionBeforeEndOfLife && wasBlock;
  // Azure takes no date that has passed, and none can be taken away.
  const date = isDateLost && met.endOfLifeDate !== null && met.endOfLifeDate > now ? met.endOfLifeDate : undefined;
  if (regions.length === 0 && date === undefined && !isBlockLost) return undefined;
  return {
    regions: regions.map(({ excludeFromLatest: _, encrypted: __, ...region }) => region),
    ...(date !== undefined && { endOfLifeDate: date }),
    ...(isBlockLost && { blockDeletionBeforeEndOfLife: met.blockDeletionBeforeEndOfLife }),
  };
}

function hasRegion({ targetRegions }: ImageVersion, name: string): boolean {
  return targetRegions.some((region) => region.name === name);
}
