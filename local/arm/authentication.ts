import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import { ArmError } from './errors.ts';
import type { Caller } from './request.ts';

const microsoft = 'http://schemas.microsoft.com/identity/claims';
const xmlsoap = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
/** How token claims are called in events. */
const longNames: Record<string, string> = {
  oid: `${microsoft}/objectidentifier`,
  tid: `${microsoft}/tenantid`,
  idp: `${microsoft}/identityprovider`,
  scp: `${microsoft}/scope`,
  sub: `${xmlsoap}/nameidentifier`,
  upn: `${xmlsoap}/upn`,
};

/** Tokens whose signature need not be looked at again; a few callers have one each. */
const mostKnownTokens = 100;

/** Checks bearer tokens: signature, audience, expiry. One that was good stays so until it expires. */
export function authenticator(options: {
  jwks: JSONWebKeySet;
  audiences: string[];
  tenantId: string;
  clock: Clock;
}): (authorization: string | undefined, origin: string) => Promise<Caller> {
  const { jwks, audiences, tenantId, clock } = options;
  const keys = createLocalJWKSet(jwks);
  const known = new Map<string, { caller: Caller; untilMs: number }>();
  return async (authorization, origin) => {
    const refuse = (code: string, message: string) => {
      const error = code === 'AuthenticationFailed' ? '' : ', error="invalid_token"';
      const challenge = `Bearer authorization_uri="${origin}/${tenantId}"${error}, error_description="${message}"`;
      return new ArmError(401, { code, message }, { 'WWW-Authenticate': challenge });
    };
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw refuse('AuthenticationFailed', `Authentication failed. The 'Authorization' header is missing.`);
    const found = known.get(`${origin} ${token}`);
    if (found && clock.now() < found.untilMs) return found.caller;
    try {
      // A client that is told another endpoint asks for a token for that endpoint.
      const audience = [...audiences, origin, `${origin}/`];
      const { payload } = await jwtVerify(token, keys, { audience, currentDate: new Date(clock.now()) });
      const caller = callerOf(payload);
      if (known.size >= mostKnownTokens) known.clear();
      if (payload.exp !== undefined) known.set(`${origin} ${token}`, { caller, untilMs: payload.exp * 1_000 });
      return caller;
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        throw refuse(
          'ExpiredAuthenticationToken',
          'The access token expiry UTC time is earlier than current UTC time.',
        );
      }
      const audience = error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud';
      if (audience)
        throw refuse(
          'InvalidAuthenticationTokenAudience',
          'The access token has been obtained for the wrong audience.',
        );
      throw refuse('InvalidAuthenticationToken', 'The access token is invalid.');
    }
  };
}

function callerOf(payload: JWTPayload): Caller {
  const claims = Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      longNames[name] ?? name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  const application = claims.upn === undefined && claims[longNames.upn ?? ''] === undefined;
  const id = (application ? claims.appid : undefined) ?? claims[longNames.oid ?? ''] ?? payload.sub ?? 'unknown';
  return { id, type: application ? 'Application' : 'User', claims };
}
