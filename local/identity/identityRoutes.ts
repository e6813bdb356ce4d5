import { type Context, Hono } from 'hono';
import type { Clock } from '../clock.ts';
import { type GrantAnswer, grantToken } from './grantToken.ts';
import type { SigningKey } from './openSigningKey.ts';
import type { Principal } from './principal.ts';
import { issuerOf, tokenIssuer } from './tokenIssuer.ts';

export interface IdentityRoutesOptions {
  tenantId: string;
  identities: Principal[];
  key: SigningKey;
  clock: Clock;
}

/**
 * Token endpoints in the two shapes that clients know: Entra ID under the tenant, AD FS under `/adfs`. The Azure CLI
 * asks for both `/adfs/...` and, at sign-in with the tenant `adfs`, `/adfs/adfs/...`.
 */
export function identityRoutes({ tenantId, identities, key, clock }: IdentityRoutesOptions): Hono {
  const issueToken = tokenIssuer({ tenantId, key, clock });
  const grant = async (context: Context) =>
    answer(context, await grantToken({ tenantId, identities, issueToken, form: await readForm(context) }));
  const knownTenant = (context: Context) =>
    [tenantId, 'common', 'organizations'].includes(context.req.param('tenant') ?? '');
  const tenant = (respond: (context: Context) => Promise<Response> | Response) => (context: Context) =>
    knownTenant(context)
      ? respond(context)
      : answer(context, {
          status: 400,
          body: {
            error: 'invalid_tenant',
            error_description: `AADSTS90002: Tenant '${context.req.param('tenant')}' not found.`,
          },
        });
  const keys = (context: Context) => context.json(key.jwks);
  const routes = new Hono();
  for (const adfs of ['/adfs', '/adfs/adfs']) {
    routes.get(`${adfs}/.well-known/openid-configuration`, (context) =>
      context.json(configuration(`${origin(context)}/adfs`, tenantId, '/oauth2')),
    );
    routes.post(`${adfs}/oauth2/token`, grant);
    routes.get(`${adfs}/discovery/keys`, keys);
  }
  for (const version of ['', '/v2.0']) {
    routes.get(
      `/:tenant${version}/.well-known/openid-configuration`,
      tenant((context) =>
        context.json(configuration(`${origin(context)}/${tenantId}`, tenantId, `/oauth2${version}`, version)),
      ),
    );
    routes.post(`/:tenant/oauth2${version}/token`, tenant(grant));
    routes.get(`/:tenant/discovery${version}/keys`, tenant(keys));
  }
  return routes;
}

function configuration(base: string, tenantId: string, oauth2: string, version = ''): Record<string, unknown> {
  return {
    issuer: issuerOf(tenantId),
    authorization_endpoint: `${base}${oauth2}/authorize`,
    token_endpoint: `${base}${oauth2}/token`,
    jwks_uri: `${base}/discovery${version}/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    response_types_supported: ['token'],
    grant_types_supported: ['client_credentials', 'password'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function origin(context: Context): string {
  return new URL(context.req.url).origin;
}

/** Form fields; a client may also send its id and secret by HTTP basic authentication. */
async function readForm(context: Context): Promise<URLSearchParams> {
  const form = new URLSearchParams(await context.req.text());
  const basic = /^Basic (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  if (basic) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
    form.set('client_id', id);
    form.set('client_secret', secret);
  }
  return form;
}

function answer(context: Context, { status, body }: GrantAnswer): Response {
  context.header('cache-control', 'no-store');
  return context.json(body, status);
}
