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

/** For whoever asks for something in a gallery that is not this instance's: whose it is, and what to do. */
export function describeForeign(galleryId: string, owner: string | undefined, instance: string): string {
  const take = `imprimatur galleries add ${galleryId} --instance ${instance}`;
  if (owner === undefined) return `${galleryId} is owned by no instance, its tag ${instanceTag} is not set: ${take}`;
  const giveUp = `imprimatur galleries remove ${galleryId} --instance ${owner}`;
  return `${galleryId} is owned by the instance ${owner}: ask there, or let it be given up (${giveUp}) and take it (${take})`;
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
