import type { GalleryWrite } from '../domain/galleryWrite.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { addMs, type Instant } from '../domain/instant.ts';
import type { LoadedLog } from './log.ts';

/** A write that was begun has come by then, or never will: a call to Azure takes 28 seconds at most. */
const comesWithinMs = 35_000;
const hiding = new Set<GalleryWrite['purpose']>(['hold', 'quarantine', 'withdraw']);

/**
 * Until when a gallery write may yet come that another step has intended, and of which nobody knows whether Azure took it.
 * Done again before that, and gone beyond, it would be undone by the late one, as Azure takes no condition. What hides a
 * version is done again at once. Undefined where nothing is to be waited for.
 */
export function lateWriteUntil(log: LoadedLog, { write }: IncarnationState, now: Instant): Instant | undefined {
  if (!write || write.acceptedAt !== undefined || hiding.has(write.purpose)) return undefined;
  const begun = log.entries.findLastIndex(({ fact }) => 'plan' in fact || fact.type === 'galleryWriteLost');
  const entry = log.entries[begun];
  if (!entry || begun >= (log.found ?? 0)) return undefined;
  const until = addMs(entry.at, comesWithinMs);
  return until > now ? until : undefined;
}
