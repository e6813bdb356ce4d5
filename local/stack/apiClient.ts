import { z } from 'zod';
import { askService } from './askService.ts';
import type { Endpoints } from './endpoints.ts';
import { localCredential } from './localCredential.ts';
import { apiAudience } from './names.ts';

const images = z.object({
  images: z.array(z.object({ id: z.string(), latest: z.record(z.string(), z.string()), open: z.array(z.string()) })),
});
const versions = z.object({
  versions: z.array(
    z.object({
      id: z.string(),
      outcome: z.string(),
      reason: z.string(),
      tests: z.array(z.object({ region: z.string(), vmSize: z.string(), verdict: z.string() })),
      entries: z.array(z.object({ at: z.string(), type: z.string(), summary: z.string() })),
    }),
  ),
});
const audit = z.object({ entries: z.number(), chain: z.enum(['intact', 'broken']) });

export type Version = z.infer<typeof versions>['versions'][number];

/** The service's HTTP API, signed in as an auditor. */
export function apiClient(endpoints: Endpoints) {
  const credential = localCredential(endpoints, 'auditor');
  let token: string | undefined;
  async function ask(path: string): Promise<Response> {
    token ??= (await credential.getToken(`${apiAudience}/.default`))?.token;
    return askService(`${endpoints.functions}/api/${path}`, { headers: { authorization: `Bearer ${token}` } });
  }
  async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    let response = await ask(path);
    // The clock of the stack runs faster than ours, so only the service knows that a token has expired.
    if (response.status === 401) {
      token = undefined;
      response = await ask(path);
    }
    if (!response.ok) throw new Error(`GET /api/${path}: ${response.status} ${await response.text()}`);
    return schema.parse(await response.json());
  }
  return {
    images: async () => (await get('images', images)).images,
    versions: async () => (await get('versions?limit=all', versions)).versions,
    audit: () => get('audit', audit),
  };
}

export type ApiClient = ReturnType<typeof apiClient>;
