import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import type { Config } from '../config.ts';
import { AdapterError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Authenticate } from './access.ts';
import { ProblemError } from './problem.ts';

const claims = z.object({
  oid: z.string().min(1),
  roles: z.array(z.string()).default([]),
  groups: z.array(z.string()).default([]),
});

/**
 * Checks bearer tokens of Entra ID by themselves: signature, issuer, audience, time. What a platform in front of the app
 * says about the caller is not looked at, so that the app is as safe without one.
 */
export function tokenAuthenticator(
  { issuers, audiences, keys }: Config['api'],
  clock: Clock,
  keySet: JWTVerifyGetKey = createRemoteJWKSet(new URL(keys)),
): Authenticate {
  return async (headers) => {
    const authorization = headers.get('authorization');
    if (authorization === null) return undefined;
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization) ?? [];
    if (token === undefined) throw refused('the authorization header holds no bearer token');
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: issuers,
        audience: audiences,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
        clockTolerance: 60,
        currentDate: new Date(clock.now()),
      });
      const { oid, roles, groups } = claims.parse(payload);
      return { objectId: oid.toLowerCase(), roles, groups: groups.map((id) => id.toLowerCase()) };
    } catch (error) {
      throw judge(error);
    }
  };
}

function judge(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return refused('the token has expired: get a new one');
  if (error instanceof errors.JWTClaimValidationFailed) return refused(`the token is not for this: ${error.claim}`);
  if (error instanceof z.ZodError) return refused('the token does not say who it is about');
  const away = error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError);
  if (!away) return refused('the token is not valid');
  const details = { code: 'KeysUnavailable', retryable: true, cause: error };
  return new AdapterError('the keys that tokens are checked with are out of reach', details);
}

function refused(detail: string): ProblemError {
  return new ProblemError(401, detail, { 'www-authenticate': 'Bearer error="invalid_token"' });
}
