import { decodeJwt } from 'jose';
import { z } from 'zod';
import { UsageError } from '../exitCodes.ts';

const claims = z.object({ oid: z.string(), idtyp: z.string().optional() });

/** Who is signed in, as a receiver of a team. */
export function principalOfToken(token: string): { objectId: string; type: 'User' | 'ServicePrincipal' } {
  const parsed = claims.safeParse(decodeJwt(token));
  if (!parsed.success)
    throw new UsageError('the token does not say who is signed in: name the receivers with --principal');
  return { objectId: parsed.data.oid, type: parsed.data.idtyp === 'app' ? 'ServicePrincipal' : 'User' };
}
