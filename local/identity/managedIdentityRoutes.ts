import { timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { Principal } from './principal.ts';
import type { IssueToken } from './tokenIssuer.ts';

export interface ManagedIdentityOptions {
  /** The secret that App Service gives its app in IDENTITY_HEADER. */
  header: string;
  identities: Principal[];
  issueToken: IssueToken;
}

const daySeconds = 24 * 3600;

/** The managed-identity endpoint that App Service offers to its app, api-version 2019-08-01. */
export function managedIdentityRoutes({ header, identities, issueToken }: ManagedIdentityOptions): Hono {
  return new Hono().get('/msi/token', async (context) => {
    const refuse = (statusCode: 400 | 401 | 403, message: string) => context.json({ statusCode, message }, statusCode);
    const sent = context.req.header('x-identity-header');
    if (sent === undefined) return refuse(401, 'The X-IDENTITY-HEADER header is missing.');
    if (!same(sent, header)) return refuse(403, 'The X-IDENTITY-HEADER header does not match.');
    const query = context.req.query();
    if (query['api-version'] !== '2019-08-01')
      return refuse(400, `Unsupported api-version '${query['api-version'] ?? ''}'.`);
    if (!query.resource) return refuse(400, "The parameter 'resource' is missing.");
    const principal = findIdentity(identities, query);
    if (typeof principal === 'string') return refuse(400, principal);
    const { token, expiresOn } = await issueToken({ principal, resource: query.resource, lifetimeSeconds: daySeconds });
    return context.json({
      access_token: token,
      expires_on: String(expiresOn),
      resource: query.resource,
      token_type: 'Bearer',
      client_id: principal.clientId,
    });
  });
}

function findIdentity(identities: Principal[], query: Record<string, string>): Principal | string {
  const objectId = query.principal_id ?? query.object_id;
  if (query.client_id === undefined && objectId === undefined && query.mi_res_id === undefined) {
    const assigned = identities.find((identity) => identity.managedIdentity === 'systemAssigned');
    return assigned ?? 'Unable to load the proper Managed Identity.';
  }
  const named = identities.find(
    (identity) =>
      identity.managedIdentity === 'userAssigned' &&
      (equal(identity.clientId, query.client_id) ||
        equal(identity.objectId, objectId) ||
        query.mi_res_id?.toLowerCase().endsWith(`/userassignedidentities/${identity.name.toLowerCase()}`)),
  );
  return named ?? 'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.';
}

function equal(left: string, right: string | undefined): boolean {
  return left.toLowerCase() === right?.toLowerCase();
}

function same(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
