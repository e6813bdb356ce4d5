import type { Gallery } from '@azure/arm-compute';
import * as z from 'zod';
import type { GallerySharing } from '../domain/gallerySharing.ts';
import { AdapterError } from '../errors.ts';

const schema = z.object({
  identifier: z.object({ uniqueName: z.string().nullish() }).nullish(),
  sharingProfile: z
    .object({
      permissions: z.string().nullish(),
      communityGalleryInfo: z
        .object({ communityGalleryEnabled: z.boolean().nullish(), publicNames: z.array(z.string()).nullish() })
        .nullish(),
    })
    .nullish(),
});

/** A gallery with permissions `Groups` is shared directly, under `identifier.uniqueName`; one of the community, once enabled. */
export function toGallerySharing(answer: Gallery): GallerySharing {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) {
    throw new AdapterError(`unexpected gallery ${answer.id}: ${z.prettifyError(parsed.error)}`, {
      code: 'UnexpectedAnswer',
      retryable: false,
    });
  }
  const { identifier, sharingProfile } = parsed.data;
  const { permissions, communityGalleryInfo: community } = sharingProfile ?? {};
  const publicNames = community?.communityGalleryEnabled ? (community.publicNames ?? []) : [];
  return {
    ...(permissions === 'Groups' && identifier?.uniqueName && { direct: identifier.uniqueName }),
    ...(permissions === 'Community' && publicNames.length > 0 && { community: publicNames }),
  };
}
