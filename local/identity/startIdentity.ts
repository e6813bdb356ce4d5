import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { serveHttp } from '../serveHttp.ts';
import { identityRoutes } from './identityRoutes.ts';
import { managedIdentityRoutes } from './managedIdentityRoutes.ts';
import { openSigningKey } from './openSigningKey.ts';
import { principalSchema } from './principal.ts';
import { type IssueToken, tokenIssuer } from './tokenIssuer.ts';

export const identityOptionsSchema = z.strictObject({
  host: z.string().optional(),
  port: z.int().min(0).max(65535),
  /** Where the signing key lives. */
  folder: z.string(),
  tenantId: z.string(),
  identities: z.array(principalSchema),
  /** The value for IDENTITY_HEADER; without it a random one is made at each start. */
  header: z.string().min(1).optional(),
});

export type IdentityOptions = z.input<typeof identityOptionsSchema> & { clock: Clock };

export interface RunningIdentity {
  url: string;
  /** The value for IDENTITY_ENDPOINT. */
  msiEndpoint: string;
  header: string;
  jwks: { keys: JWK[] };
  issueToken: IssueToken;
  /** The token endpoints, for mounting on an HTTPS server: clients of Entra ID and AD FS insist on TLS. */
  routes: Hono;
  stop(): Promise<void>;
}

/** Starts the identity stand-in: the app's managed identities over plain http, tokens for everybody else beside it. */
export async function startIdentity({ clock, ...options }: IdentityOptions): Promise<RunningIdentity> {
  const {
    host,
    port,
    folder,
    tenantId,
    identities,
    header = randomBytes(16).toString('hex'),
  } = identityOptionsSchema.parse(options);
  const key = await openSigningKey(folder);
  const issueToken = tokenIssuer({ tenantId, key, clock });
  const routes = identityRoutes({ tenantId, identities, key, clock });
  const all = managedIdentityRoutes({ header, identities, issueToken }).route('/', routes);
  const server = await serveHttp(all, { port, ...(host ? { host } : {}) });
  const { url, stop } = server;
  return { url, msiEndpoint: `${url}/msi/token`, header, jwks: key.jwks, issueToken, routes, stop };
}
