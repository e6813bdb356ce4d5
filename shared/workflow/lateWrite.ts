import type { Fact } from '../domain/facts.ts';
import type { GalleryWrite } from '../domain/galleryWrite.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { addMs, type Instant } from '../domain/instant.ts';
import type { LoadedLog } from './log.ts';

/** A write that was begun has come by then, or never will: a call to Azure takes 28 seconds at most. */
const comesWithinMs = 35_000;
const hiding = new Set<GalleryWrite['purpose']>(['hold', 'quarantine', 'withdraw']);
const hidingIntents = new Set<Fact['type']>(['holdIntended', 'quarantineIntended', 'withdrawalIntended']);
/** The write was seen, whoever has done it. */
const hidden = new Set<Fact['type']>(['held', 'quarantined', 'withdrawn']);

/**
 * Until when a gallery write may yet come that another step has intended, and of which nobody knows whether Azure took it.
 * Done again before that, and gone beyond, it would be undone by the late one, as Azure takes no condition. What hides a
 * version is done again at once. Undefined where nothing is to be waited for.
 */
export function lateWriteUntil(log: LoadedLog, { write }: IncarnationState, now: Instant): Instant | undefined {
  if (!write || write.acceptedAt !== undefined || hiding.has(write.purpose)) return undefined;
  return isOfEarlierStep(log) ? comesUntil(log.entries[begun(log)]?.at, now) : undefined;
}

/**
 * Until when none of these facts may be recorded, as one of them intends another write, and one of before may yet come: it would
 * find an intent that is not its own. Only what hides a version waits for nothing. Undefined where nothing is to be waited for.
 */
export function mayIntendFrom(
  log: LoadedLog,
  state: IncarnationState,
  facts: Fact[],
  now: Instant,
): Instant | undefined {
  if (!facts.some((fact) => 'plan' in fact && !hidingIntents.has(fact.type))) return undefined;
  return lateWriteUntil(log, state, now) ?? lateHideUntil(log, now);
}

/** Until when a write may yet come that hides the version: done again at once, it has been gone beyond. */
function lateHideUntil({ entries }: LoadedLog, now: Instant): Instant | undefined {
  const intended = entries.findLastIndex(({ fact }) => hidingIntents.has(fact.type));
  if (intended < 0) return undefined;
  const next = entries.findIndex(({ fact }, index) => index > intended && 'plan' in fact);
  const hiding = entries.slice(intended, next < 0 ? undefined : next);
  const tried = hiding.slice(hiding.findLastIndex(({ fact }) => fact.type === 'galleryWriteLost') + 1);
  if (tried.some(({ fact }) => fact.type === 'galleryWriteAccepted' && !fact.repeated)) return undefined;
  return comesUntil(tried.find(({ fact }) => hidden.has(fact.type))?.at, now);
}

/** Whether what is to be done hides the version, and another step may have begun it before. */
export function isHiddenAgain(log: LoadedLog, { write }: IncarnationState): boolean {
  return write !== undefined && hiding.has(write.purpose) && isOfEarlierStep(log);
}

function isOfEarlierStep(log: LoadedLog): boolean {
  return begun(log) < (log.found ?? 0);
}

function begun(log: LoadedLog): number {
  return log.entries.findLastIndex(({ fact }) => 'plan' in fact || fact.type === 'galleryWriteLost');
}

function comesUntil(at: Instant | undefined, now: Instant): Instant | undefined {
  const until = at && addMs(at, comesWithinMs);
  return until !== undefined && until > now ? until : undefined;
}
