import * as z from 'zod';
import type { Fact, FactOf } from '../facts.ts';
import { type GallerySharing, sharedIds, sharedIdsOf } from '../gallerySharing.ts';
import { type ImageDefinitionId, versionResourceId } from '../ids.ts';
import { compareVersions } from '../imageVersion.ts';
import { everywhere } from '../requests.ts';

/** A version to use instead of the one that an announcement is about. */
export const replacement = z.object({
  version: z.string(),
  imageVersionId: z.string().describe('Resource id of the image version.'),
  sharedIds: sharedIds.exactOptional(),
  regions: z
    .array(z.string())
    .describe('Where it is the one to use. Empty for one that passed and is not published in any region yet.'),
  link: z.string().describe('Path below the address of the HTTP API: what happened to it.'),
});

/** The regions of a rollback by name; a pin of all regions is of those too that are not known yet. */
export function pinnedRegions({ regions }: FactOf<'pinned'>): string[] {
  return regions.filter((region) => region !== everywhere);
}

/** Highest number first; none where the fact names none. */
export function replacementsOf(
  fact: Fact,
  definition: ImageDefinitionId,
  sharing: GallerySharing,
): z.infer<typeof replacement>[] {
  const pinned = fact.type === 'pinned' ? pinnedRegions(fact).map((region) => [region, fact.version] as const) : [];
  const byRegion = 'replacements' in fact ? Object.entries(fact.replacements ?? {}) : pinned;
  const byVersion = Map.groupBy(byRegion, ([, version]) => version);
  const isNext = fact.type === 'superseded' || fact.type === 'endOfLifeSet';
  if (isNext && fact.by !== undefined && !byVersion.has(fact.by)) byVersion.set(fact.by, []);
  return [...byVersion]
    .sort(([a], [b]) => compareVersions(b, a))
    .map(([version, regions]) => {
      const imageVersionId = versionResourceId(definition, version);
      const shared = sharedIdsOf(sharing, definition, version);
      return {
        version,
        imageVersionId,
        ...(shared && { sharedIds: shared }),
        regions: regions.map(([region]) => region).sort(),
        link: `/api/entries?id=${encodeURIComponent(imageVersionId)}`,
      };
    });
}
