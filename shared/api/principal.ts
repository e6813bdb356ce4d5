import { z } from 'zod';

/** Who calls, as App Service authentication hands it over; ids and roles only, never names. */
export interface Principal {
  objectId: string;
  roles: string[];
}

const clientPrincipal = z.object({
  role_typ: z.string(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

const objectIdClaims = ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'];

/**
 * Reads the header `x-ms-client-principal`, which App Service sets itself and strips from what callers send.
 * Undefined when nobody is signed in.
 */
export function readPrincipal(header: string | undefined): Principal | undefined {
  if (!header) return undefined;
  const parsed = clientPrincipal.safeParse(parseJson(Buffer.from(header, 'base64').toString('utf8')));
  if (!parsed.success) return undefined;
  const { claims, role_typ } = parsed.data;
  const objectId = claims.find(({ typ }) => objectIdClaims.includes(typ))?.val;
  if (objectId === undefined) return undefined;
  return { objectId, roles: claims.filter(({ typ }) => typ === role_typ || typ === 'roles').map(({ val }) => val) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
