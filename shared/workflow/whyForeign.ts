import { type GalleryId, galleryResourceId } from '../domain/ids.ts';
import { describeForeign, ownerOf } from '../domain/ownership.ts';
import type { Ports } from '../ports.ts';
import { isInCharge, type Settings } from './settings.ts';

/** Why nothing would come of what is asked for in a gallery; undefined for one that this instance looks after. */
export type WhyForeign = (gallery: GalleryId) => Promise<string | undefined>;

/** By the tag as it is now: whoever asks has just set it, perhaps. Rejects where it cannot be read. */
export function whyForeign({ galleries }: Pick<Ports, 'galleries'>, settings: Settings): WhyForeign {
  return async (gallery) => {
    const id = galleryResourceId(gallery);
    const { instance } = settings;
    if (!isInCharge(settings, gallery))
      return `${id} is none of the galleries of the instance ${instance}: ask the instance that looks after it, or deploy this one with it`;
    const tags = await galleries.getTags(gallery);
    if (tags === undefined || ownerOf(tags) === instance) return undefined;
    return describeForeign(id, ownerOf(tags), instance);
  };
}
