import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import { call } from './call.ts';

const endpoints = z.object({
  functions: z.url(),
  identity: z.url(),
  serviceBusTls: z.string(),
  caFile: z.string(),
});
export type LocalEndpoints = z.infer<typeof endpoints>;

export const localAudience = 'api://imprimatur';

/** The stack of `npm start`, where it was started from this folder; this process then trusts its certificates. */
export async function findLocalAzure(): Promise<LocalEndpoints | undefined> {
  const text = await readFile('.local/endpoints.json', 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const found = endpoints.parse(JSON.parse(text));
  const authority = await readFile(found.caFile, 'utf8').catch(() => undefined);
  if (authority !== undefined) setDefaultCACertificates([...getCACertificates('default'), authority]);
  return found;
}

const answer = z.object({ access_token: z.string(), expires_in: z.coerce.number() });

/** Signs in to local identity as one of its principals. */
export function localSignIn({ identity }: LocalEndpoints, who: string): TokenCredential {
  return {
    async getToken(scopes) {
      const scope = [scopes].flat()[0] ?? '';
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: who,
        client_secret: 'any',
        scope,
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const url = `${identity}/common/oauth2/v2.0/token`;
      const response = await call(url, { method: 'POST', headers, body: body.toString() });
      const text = await textOf(response);
      if (response.statusCode !== 200) throw new Error(`local identity knows nobody of the name ${who}`);
      const { access_token, expires_in } = answer.parse(JSON.parse(text));
      return { token: access_token, expiresOnTimestamp: Date.now() + expires_in * 1_000 };
    },
  };
}
