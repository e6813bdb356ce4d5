import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { EasyAuthOptions } from './functionsHostOptions.ts';
import { type HostRequest, type HostResponse, header } from './http.ts';

/** What App Service Authentication decides: pass the request on (as changed), or answer it. */
export type EasyAuth = (request: HostRequest) => Promise<{ pass: HostRequest } | { answer: HostResponse }>;

/** Claims that the platform renames; all others keep their name. */
const longNames: Record<string, string> = {
  sub: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
  oid: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
  tid: 'http://schemas.microsoft.com/identity/claims/tenantid',
  scp: 'http://schemas.microsoft.com/identity/claims/scope',
  idp: 'http://schemas.microsoft.com/identity/claims/identityprovider',
  upn: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
  email: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  given_name: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname',
  family_name: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname',
};

/**
 * App Service Authentication with "allow unauthenticated access": takes away any `x-ms-client-principal*` header a
 * caller made up, checks a bearer token where there is one, and tells the app who it is. Without options only the first.
 */
export function createEasyAuth(options: EasyAuthOptions | undefined): EasyAuth {
  if (!options) return async (request) => ({ pass: withoutPrincipal(request) });
  const { jwks } = options;
  const keys =
    typeof jwks === 'string' ? createRemoteJWKSet(new URL(jwks)) : createLocalJWKSet(jwks as unknown as JSONWebKeySet);
  const challenge: HostResponse = {
    status: 401,
    headers: [['www-authenticate', `Bearer authorization_uri="${options.issuer}"`]],
  };

  return async (original) => {
    const request = withoutPrincipal(original);
    const token = /^Bearer (.+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
    if (!token) return { pass: request };
    try {
      const { payload } = await jwtVerify(token, keys, { issuer: options.issuer, audience: options.audiences });
      return { pass: { ...request, headers: { ...request.headers, ...principalHeaders(payload) } } };
    } catch {
      return { answer: challenge };
    }
  };
}

function withoutPrincipal(request: HostRequest): HostRequest {
  const kept = Object.entries(request.headers).filter(([name]) => !name.startsWith('x-ms-client-principal'));
  return { ...request, headers: Object.fromEntries(kept) };
}

function principalHeaders(payload: JWTPayload): Record<string, string> {
  const claims = Object.entries(payload).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((single) => ({
      typ: longNames[name] ?? name,
      val: typeof single === 'object' ? JSON.stringify(single) : String(single),
    })),
  );
  const principal = {
    auth_typ: 'aad',
    claims,
    name_typ: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    role_typ: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
  };
  const id = firstClaim(payload, 'oid', 'sub');
  return {
    'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
    'x-ms-client-principal-id': id,
    'x-ms-client-principal-name':
      firstClaim(payload, 'preferred_username', 'upn', 'email', 'name', 'azp', 'appid') || id,
    'x-ms-client-principal-idp': 'aad',
  };
}

function firstClaim(payload: JWTPayload, ...names: string[]): string {
  const value = names.map((name) => payload[name]).find((claim) => typeof claim === 'string');
  return typeof value === 'string' ? value : '';
}
