import { type GalleryId, galleryKey } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';

/** What the workflow is told at start; the same for every wake-up. */
export interface Settings {
  /** Name of this instance, as the tags of its galleries have it. */
  instance: string;
  galleries: GalleryId[];
  /** The instant from which new versions are the instance's business; the first contact where it is not given. */
  takeChargeAt?: Instant;
}

/** Whether a gallery, or the one of an image definition, is one that this instance was told to look after. */
export function isInCharge({ galleries }: Settings, definition: GalleryId): boolean {
  return galleries.some((gallery) => galleryKey(gallery) === galleryKey(definition));
}
