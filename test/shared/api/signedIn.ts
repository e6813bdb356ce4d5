import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Role } from '../../../shared/api/access.ts';
import { type ApiPorts, createApi } from '../../../shared/api/createApi.ts';
import { tokenAuthenticator } from '../../../shared/api/tokenAuthenticator.ts';
import type { Settings } from '../../../shared/workflow/settings.ts';
import { ubuntu } from '../../fakes/world.ts';

export const issuer = 'https://sts.windows.net/tenant/';
export const audience = 'api://imprimatur';
export const somebody = '00000000-0000-0000-0000-00000000000a';

const { privateKey, publicKey } = await generateKeyPair('RS256');
const keySet = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256' }] });

interface Token {
  issuer?: string;
  audience?: string;
  claims?: Record<string, unknown>;
  /** Epoch seconds. */
  expiresAt?: number;
  signWith?: typeof privateKey;
}

/** Inside the life of the fake world, and of every test that does not look at the clock. */
const wellAfter = Date.parse('2027-01-01T00:00:00Z') / 1_000;

export function tokenFor(roles: Role[] | string[], token: Token = {}): Promise<string> {
  return new SignJWT({ oid: somebody, roles, ...token.claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'test' })
    .setIssuer(token.issuer ?? issuer)
    .setAudience(token.audience ?? audience)
    .setExpirationTime(token.expiresAt ?? wellAfter)
    .sign(token.signWith ?? privateKey);
}

export async function signedIn(...roles: Role[]): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await tokenFor(roles)}` };
}

/** The API that takes tokens of `tokenFor`. */
export function apiOf(ports: ApiPorts, settings: Settings = { instance: 'blue', galleries: [ubuntu] }) {
  const keys = 'https://localhost/keys';
  const authenticate = tokenAuthenticator({ issuers: [issuer], audiences: [audience], keys }, ports.clock, keySet);
  return createApi(ports, settings, authenticate);
}
