import { SignJWT } from 'jose';
import type { Clock } from '../clock.ts';
import type { SigningKey } from './openSigningKey.ts';
import type { Principal } from './principal.ts';

export interface IssuedToken {
  token: string;
  /** Epoch seconds. */
  expiresOn: number;
  expiresInSeconds: number;
}

export interface TokenRequest {
  principal: Principal;
  resource: string;
  lifetimeSeconds?: number;
  /** A person who signed in through this application; without it the principal is an application itself. */
  throughClientId?: string;
  claims?: Record<string, unknown>;
}

export type IssueToken = (request: TokenRequest) => Promise<IssuedToken>;

const hourSeconds = 3600;
/** Entra ID dates tokens five minutes back, so that a receiver whose clock is late accepts them. */
const skewSeconds = 300;

/** Makes access tokens in the v1.0 form of Entra ID, on the shared clock. */
export function tokenIssuer({ tenantId, key, clock }: { tenantId: string; key: SigningKey; clock: Clock }): IssueToken {
  return async ({ principal, resource, lifetimeSeconds = hourSeconds, throughClientId, claims }) => {
    const now = Math.floor(clock.now() / 1000);
    const expiresOn = now + lifetimeSeconds;
    const who = throughClientId
      ? {
          appid: throughClientId,
          appidacr: '0',
          idtyp: 'user',
          name: principal.name,
          upn: principal.name,
          scp: 'user_impersonation',
        }
      : { appid: principal.clientId, appidacr: principal.managedIdentity ? '2' : '1', idtyp: 'app' };
    const token = await new SignJWT({
      ...who,
      oid: principal.objectId,
      tid: tenantId,
      ...(principal.roles.length > 0 ? { roles: principal.roles } : {}),
      ver: '1.0',
      ...claims,
    })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: key.kid })
      .setIssuer(issuerOf(tenantId))
      .setAudience(resource)
      .setSubject(principal.objectId)
      .setJti(crypto.randomUUID())
      .setIssuedAt(now - skewSeconds)
      .setNotBefore(now - skewSeconds)
      .setExpirationTime(expiresOn)
      .sign(key.privateKey);
    return { token, expiresOn, expiresInSeconds: lifetimeSeconds };
  };
}

/** The issuer that Entra ID writes into v1.0 tokens. */
export function issuerOf(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`;
}
