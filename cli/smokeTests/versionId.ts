import { z } from 'zod';
import type { ApiClient } from '../api/apiClient.ts';
import { UsageError } from '../exitCodes.ts';

const images = z.object({ images: z.array(z.looseObject({ id: z.string() })) });

/**
 * The resource id of a version that is named by it, or as IMAGE/VERSION or GALLERY/IMAGE/VERSION where only one image
 * definition is meant.
 */
export async function versionId(api: ApiClient, named: string): Promise<string> {
  if (named.startsWith('/')) return named;
  const parts = named.split('/');
  const [version, image, gallery] = parts.toReversed();
  if (!version || !image || parts.length > 3)
    throw new UsageError(`name the version by its resource id, or as IMAGE/VERSION or GALLERY/IMAGE/VERSION: ${named}`);
  const end = `${gallery === undefined ? '' : `/galleries/${gallery}`}/images/${image}`.toLowerCase();
  const found = (await api.get('images', images)).images.filter(({ id }) => id.toLowerCase().endsWith(end));
  const [only, ...more] = found;
  if (!only)
    throw new UsageError(`there is no image definition ${parts.slice(0, -1).join('/')}; imprimatur latest lists all`);
  if (more.length > 0)
    throw new UsageError(`${named} can be any of ${found.map(({ id }) => `${id}/versions/${version}`).join(', ')}`);
  return `${only.id}/versions/${version}`;
}
