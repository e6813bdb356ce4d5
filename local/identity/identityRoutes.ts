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

type Handler = (context: Context) => Promise<Response> | Response;

/** Token endpoints in the two shapes that clients know: Entra ID under the tenant, AD FS under `/adfs`. */
export function identityRoutes({ tenantId, identities, key, clock }: IdentityRoutesOptions): Hono {
  const issueToken = tokenIssuer({ tenantId, key, clock });
  const grant: Handler = async (context) =>
    answer(context, await grantToken({ tenantId, identities, issueToken, form: await readForm(context) }));
  const keys: Handler = (context) => context.json(key.jwks);
  // AD FS first: its paths would pass for those of a tenant of that name.
  return new Hono().route('/', adfsRoutes(tenantId, grant, keys)).route('/', entraRoutes(tenantId, grant, keys));
}

/** The Azure CLI asks for `/adfs/...` and, as it signs in to the tenant `adfs`, for `/adfs/adfs/...`. */
function adfsRoutes(tenantId: string, grant: Handler, keys: Handler): Hono {
  const routes = new Hono();
  for (const base of ['/adfs', '/adfs/adfs']) {
    routes.get(`${base}/.well-known/openid-configuration`, (context) =>
      context.json(configuration(`${origin(context)}/adfs`, tenantId)),
    );
    routes.post(`${base}/oauth2/token`, grant);
    routes.get(`${base}/discovery/keys`, keys);
  }
  return routes;
}

function entraRoutes(tenantId: string, grant: Handler, keys: Handler): Hono {
  const names = [tenantId, 'common', 'organizations'];
  const ofTenant = (handle: Handler) => (context: Context) => {
    const tenant = context.req.param('tenant') ?? '';
    if (names.includes(tenant)) return handle(context);
    const body = { error: 'invalid_tenant', error_description: `AADSTS90002: Tenant '${tenant}' not found.` };
    return answer(context, { status: 400, body });
  };
  const routes = new Hono();
  for (const version of ['', '/v2.0']) {
    const describe: Handler = (context) =>
      context.json(configuration(`${origin(context)}/${tenantId}`, tenantId, version));
    routes.get(`/:tenant${version}/.well-known/openid-configuration`, ofTenant(describe));
    routes.post(`/:tenant/oauth2${version}/token`, ofTenant(grant));
    routes.get(`/:tenant/discovery${version}/keys`, ofTenant(keys));
  }
  return routes;
}

function configuration(base: string, tenantId: string, version = ''): Record<string, unknown> {
  return {
    issuer: issuerOf(tenantId),
    authorization_endpoint: `${base}/oauth2${version}/authorize`,
    token_endpoint: `${base}/oauth2${version}/token`,
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
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
    const decoded = new URLSearchParams(`id=${id}&secret=${secret}`);
    form.set('client_id', decoded.get('id') ?? '');
    form.set('client_secret', decoded.get('secret') ?? '');
  }
  return form;
}

function answer(context: Context, { status, body }: GrantAnswer): Response {
  context.header('cache-control', 'no-store');
  return context.json(body, status);
}
