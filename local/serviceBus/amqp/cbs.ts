import { decodeJwt } from 'jose';
import type { Clock } from '../../clock.ts';
import type { Request, Response } from './requestLink.ts';

/**
 * Claims-based security: takes any token that says of itself that it is not expired. Signatures are not checked and
 * links are open without a token: who is allowed what is not the business of this stand-in.
 */
export function putToken({ operation, properties, body }: Request, clock: Clock): Response {
  if (operation !== 'put-token') return { statusCode: 400, statusDescription: `Unknown operation '${operation}'.` };
  const expiresAt = expiryOf(String(properties.type ?? ''), String(body ?? ''));
  if (expiresAt === undefined) return { statusCode: 401, statusDescription: 'The token cannot be read.' };
  if (expiresAt <= clock.now()) return { statusCode: 401, statusDescription: 'The token is expired.' };
  return { statusCode: 202, statusDescription: 'Accepted' };
}

function expiryOf(type: string, token: string): number | undefined {
  if (type === 'jwt' || !token.startsWith('SharedAccessSignature ')) return expiryOfJwt(token);
  const seconds = Number(new URLSearchParams(token.slice('SharedAccessSignature '.length)).get('se') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

function expiryOfJwt(token: string): number | undefined {
  try {
    return (decodeJwt(token).exp ?? Number.POSITIVE_INFINITY) * 1000;
  } catch {
    return undefined;
  }
}
