import * as z from 'zod';
import type { ImageDefinitionId } from './ids.ts';

/**
 * How a gallery is shared beyond role assignments: directly, under its unique name, or with the community, under one or
 * more public names. Neither where only role assignments reach it.
 */
export const gallerySharing = z.object({
  direct: z.string().exactOptional(),
  community: z.array(z.string()).exactOptional(),
});
export type GallerySharing = z.infer<typeof gallerySharing>;

export function isSameSharing(a: GallerySharing, b: GallerySharing): boolean {
  return a.direct === b.direct && a.community?.join() === b.community?.join();
}

/** The ids by which consumers of a shared gallery name a version, or an image definition for its latest one. */
export const sharedIds = z.object({
  direct: z.string().exactOptional().describe('Where the gallery is shared directly with subscriptions or tenants.'),
  community: z.array(z.string()).exactOptional().describe('Where it is a community gallery: one for each public name.'),
});

/**
 * Undefined where the gallery is not shared so. The form is that of `identifier.uniqueId` of a shared and of a community
 * gallery's image version, or of its image where no version is given.
 */
export function sharedIdsOf(
  { direct, community }: GallerySharing,
  { image }: ImageDefinitionId,
  version?: string,
): z.infer<typeof sharedIds> | undefined {
  if (direct === undefined && community === undefined) return undefined;
  const path = `Images/${image}${version === undefined ? '' : `/Versions/${version}`}`;
  return {
    ...(direct !== undefined && { direct: `/SharedGalleries/${direct}/${path}` }),
    ...(community && { community: community.map((name) => `/CommunityGalleries/${name}/${path}`) }),
  };
}
