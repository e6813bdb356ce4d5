import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import type { Endpoints } from './endpoints.ts';
import { principals, tenantId } from './names.ts';

const answer = z.object({ access_token: z.string(), expires_in: z.coerce.number() });

/** Signs in as one of the local principals, with the client-credentials flow. */
export function localCredential({ identity }: Endpoints, who: keyof typeof principals): TokenCredential {
  return {
    async getToken(scopes) {
      const scope = Array.isArray(scopes) ? scopes[0] : scopes;
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: principals[who].clientId,
        client_secret: 'any',
        scope: scope ?? '',
      });
      const response = await fetch(`${identity}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
      if (!response.ok) throw new Error(`local identity refused ${who}: ${response.status} ${await response.text()}`);
      const { access_token, expires_in } = answer.parse(await response.json());
      return { token: access_token, expiresOnTimestamp: Date.now() + expires_in * 1000 };
    },
  };
}
