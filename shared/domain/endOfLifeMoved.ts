import type { KnownVersion } from './definitionState.ts';
import type { FactOf } from './facts.ts';
import type { ImageVersion } from './imageVersion.ts';
import type { Instant } from './instant.ts';
import type { Policy } from './policy.ts';

type Moved = FactOf<'endOfLifeMoved'>;

/**
 * What somebody did to the end of life of a version that is finished or adopted. A date that the service set, and one of a
 * log from before dates were kept, is only noted.
 */
export function movedEndOfLife(
  known: KnownVersion,
  version: ImageVersion,
): Moved | FactOf<'endOfLifeNoted'> | undefined {
  if (known.kind === 'examined' && known.outcome === undefined) return undefined;
  const endOfLife = version.endOfLifeDate ?? null;
  const was = known.endOfLife;
  if (endOfLife === (was ?? null)) return undefined;
  const isOurs = known.kind === 'examined' && known.ownEndOfLife === endOfLife;
  if (was === undefined || isOurs) return { type: 'endOfLifeNoted', version: version.version, endOfLife };
  return { type: 'endOfLifeMoved', version: version.version, endOfLife, was };
}

/**
 * Undone where the policy says so: once for each date that somebody sets, so that nobody is fought, and not what is
 * taken back by hand. In a pause it is work that waits. Azure takes no date that has passed, and none can be taken away.
 */
export function undoesMove(
  known: Extract<KnownVersion, { kind: 'examined' }>,
  { endOfLife, was }: Moved,
  { drift, mode }: Policy,
  now: Instant,
): FactOf<'lifecycleDue'> | undefined {
  const isOnce = !known.lifecycle?.undone?.includes(endOfLife ?? 'none') && known.movedFrom !== endOfLife;
  if (
    mode !== 'enforce' ||
    drift?.endOfLife !== 'undo' ||
    known.outcome !== 'published' ||
    was === null ||
    was <= now ||
    !isOnce
  )
    return undefined;
  return { type: 'lifecycleDue', stage: 'moved', endOfLife: was };
}
