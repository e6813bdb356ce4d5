import { galleryKey, type ImageDefinitionId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';

/** What the workflow is told at start; the same for every wake-up. */
export interface Settings {
  /** Name of this instance, as the tags of its galleries have it. */
  instance: string;
  galleries: Omit<ImageDefinitionId, 'image'>[];
  /** The instant from which new versions are the instance's business; the first contact where it is not given. */
  takeChargeAt?: Instant;
}

/** Whether an image definition belongs to a gallery that this instance was told to look after. */
export function isInCharge({ galleries }: Settings, definition: ImageDefinitionId): boolean {
  return galleries.some((gallery) => galleryKey(gallery) === galleryKey(definition));
}
