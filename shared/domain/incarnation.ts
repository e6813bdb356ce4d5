import { shortHash } from './ids.ts';
import type { ImageVersion } from './imageVersion.ts';
import type { Instant } from './instant.ts';

/** What tells one creation of a version number from the next: version numbers get deleted and created again. */
export interface Identity {
  createdAt?: Instant;
  publishedDate?: Instant;
  sourceId?: string;
}

/** Names under which the incarnation appears in VM names and logs. */
export interface IncarnationKeys {
  definition: string;
  incarnation: string;
}

export function identityOf(version: ImageVersion): Identity {
  return {
    ...(version.createdAt !== undefined && { createdAt: version.createdAt }),
    ...(version.publishedDate !== undefined && { publishedDate: version.publishedDate }),
    ...(version.sourceId !== undefined && { sourceId: version.sourceId.toLowerCase() }),
  };
}

/**
 * Whether what is seen now is the creation that is known. `systemData.createdAt` decides where both have it, else
 * publishedDate and source. A value that first appears is the same creation, and so is a publishedDate that our own
 * write reset (`writtenByUs`); any other difference is a new one.
 */
export function isSameIncarnation(known: Identity, seen: Identity, writtenByUs: boolean): boolean {
  if (known.createdAt !== undefined && seen.createdAt !== undefined) return known.createdAt === seen.createdAt;
  if (differs(known.sourceId, seen.sourceId)) return false;
  return writtenByUs || !differs(known.publishedDate, seen.publishedDate);
}

/** What is known after a look at the same incarnation: a value that first appears is added, one that we reset replaced. */
export function learned(known: Identity, seen: Identity, writtenByUs: boolean): Identity {
  return writtenByUs ? { ...known, ...seen } : { ...seen, ...known };
}

export function isSameIdentity(a: Identity, b: Identity): boolean {
  return a.createdAt === b.createdAt && a.publishedDate === b.publishedDate && a.sourceId === b.sourceId;
}

/** A version in creation may show neither date yet; until it does, it cannot be told from its predecessor. */
export function isIdentified(identity: Identity): boolean {
  return identity.createdAt !== undefined || identity.publishedDate !== undefined;
}

/**
 * Deterministic from the first sight, so that a crash between two logs finds the same incarnation again. It begins with
 * what all incarnations of a version have in common: who asks for a version finds their logs by name.
 */
export function incarnationKey(definition: string, version: string, identity: Identity): string {
  const distinguishing = identity.createdAt ?? `${identity.publishedDate ?? ''} ${identity.sourceId ?? ''}`;
  return `${incarnationPrefix(definition, version)}${shortHash(12, definition, version, distinguishing)}`;
}

/** How the keys of every incarnation of a version begin; one of another version may by chance begin so too. */
export function incarnationPrefix(definition: string, version: string): string {
  return shortHash(8, definition, version);
}

function differs(known: string | undefined, seen: string | undefined): boolean {
  return known !== undefined && seen !== undefined && known !== seen;
}
