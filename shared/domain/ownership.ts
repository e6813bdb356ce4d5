import type { Entry } from './entries.ts';
import type { FactOf } from './facts.ts';

/** The tag of a gallery that names the instance which writes to it. */
export const instanceTag = 'imprimatur-instance';

/** Whose a gallery is; Azure does not tell the case of tag names apart, but that of their values. */
export function ownerOf(tags: Record<string, string>): string | undefined {
  const [, owner] = Object.entries(tags).find(([name]) => name.toLowerCase() === instanceTag) ?? [];
  return owner || undefined;
}

/** Why an instance stays away from a gallery; undefined for its own. */
export function whyNotOurs(owner: string | undefined, instance: string): string | undefined {
  if (owner === instance) return undefined;
  return owner === undefined
    ? `no instance owns it: its tag ${instanceTag} is not set`
    : `it is owned by the instance ${owner}`;
}

type OwnershipFact = FactOf<'galleryRefused'> | FactOf<'galleryTaken'>;

/** What the instance's log says last of a gallery; undefined where it never said anything. */
export function lastOwnership(entries: Entry[], galleryId: string): OwnershipFact | undefined {
  const id = galleryId.toLowerCase();
  return entries
    .map(({ fact }) => fact)
    .findLast(
      (fact): fact is OwnershipFact =>
        (fact.type === 'galleryRefused' || fact.type === 'galleryTaken') && fact.galleryId.toLowerCase() === id,
    );
}
