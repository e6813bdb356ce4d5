import { z } from 'zod';
import type { ApiClient } from '../api/apiClient.ts';

const version = z.looseObject({
  id: z.string(),
  outcome: z.string(),
  reason: z.string(),
  entries: z.array(z.object({ at: z.string(), type: z.string(), summary: z.string() })),
});
const page = z.object({ versions: z.array(version), cursor: z.string().optional() });

/** Every version, or those of one image definition, in the order of their detection: page by page. */
export async function readVersions(api: ApiClient, id: string | undefined): Promise<z.infer<typeof version>[]> {
  const found: z.infer<typeof version>[] = [];
  const query = new URLSearchParams(id === undefined ? {} : { id });
  for (;;) {
    const { versions, cursor } = await api.get(`versions?${query}`, page);
    found.push(...versions);
    if (cursor === undefined) return found.sort((a, b) => (detected(a) < detected(b) ? -1 : 1));
    query.set('cursor', cursor);
  }
}

function detected({ entries }: z.infer<typeof version>): string {
  return entries[0]?.at ?? '';
}
