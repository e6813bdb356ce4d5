import { z } from 'zod';
import type { ApiClient } from '../api/apiClient.ts';

const now = z.object({
  images: z.array(z.object({ id: z.string(), latest: z.record(z.string(), z.string()), open: z.array(z.string()) })),
});
const past = z.object({
  images: z.array(z.object({ id: z.string(), latest: z.array(z.object({ region: z.string(), version: z.string() })) })),
});

export interface Latest {
  /** Resource id of the image definition. */
  id: string;
  /** Version by region. */
  latest: Record<string, string>;
}

/** What Azure picks now, or what it picked at an instant (ISO 8601), by the audit trail. */
export async function readLatest(api: ApiClient, at: string | undefined): Promise<Latest[]> {
  if (at === undefined) return (await api.get('images', now)).images;
  const { images } = await api.get(`audit/latest?at=${encodeURIComponent(at)}&limit=all`, past);
  return images.map(({ id, latest }) => ({
    id,
    latest: Object.fromEntries(latest.map(({ region, version }) => [region, version])),
  }));
}
