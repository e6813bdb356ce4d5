import type { Principal } from './principal.ts';
import type { IssueToken } from './tokenIssuer.ts';

export interface GrantRequest {
  tenantId: string;
  identities: Principal[];
  issueToken: IssueToken;
  form: URLSearchParams;
}

export interface GrantAnswer {
  status: 200 | 400 | 401;
  body: Record<string, unknown>;
}

/** Answers a token request by client credentials or by name and password. Any secret is right, none is not. */
export async function grantToken(request: GrantRequest): Promise<GrantAnswer> {
  const { form, issueToken } = request;
  const grantType = form.get('grant_type');
  if (grantType !== 'client_credentials' && grantType !== 'password') {
    return refuse('unsupported_grant_type', `AADSTS70003: The app requested an unsupported grant type '${grantType}'.`);
  }
  const resource = readResource(form);
  if (!resource) return refuse('invalid_scope', "AADSTS70011: The scope must be a resource followed by '/.default'.");
  const clientId = form.get('client_id') ?? '';
  const login = grantType === 'password' ? (form.get('username') ?? '') : clientId;
  const principal = request.identities.find((identity) =>
    [identity.clientId, identity.name].some((id) => equal(id, login)),
  );
  if (!principal) return unknown(grantType, login, request.tenantId);
  if (!(form.get(grantType === 'password' ? 'password' : 'client_secret') ?? form.get('client_assertion'))) {
    return {
      status: 401,
      body: { error: 'invalid_client', error_description: "AADSTS7000218: The request must contain 'client_secret'." },
    };
  }
  const throughClientId = grantType === 'password' ? { throughClientId: clientId } : {};
  const { token, expiresOn, expiresInSeconds } = await issueToken({ principal, resource, ...throughClientId });
  const body = {
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    ext_expires_in: expiresInSeconds,
    expires_on: String(expiresOn),
    resource,
    access_token: token,
  };
  if (grantType === 'client_credentials') return { status: 200, body };
  const idToken = await issueToken({
    principal,
    resource: clientId,
    claims: { preferred_username: principal.name, upn: principal.name },
  });
  return { status: 200, body: { ...body, scope: form.get('scope') ?? resource, id_token: idToken.token } };
}

/** The v1.0 form names a resource; the v2.0 form puts it into the scope, before `/.default`. */
function readResource(form: URLSearchParams): string | undefined {
  const scopes = (form.get('scope') ?? '').split(' ');
  const inScope = scopes.find((scope) => /.\/(\.default|user_impersonation)$/.test(scope));
  return form.get('resource') ?? inScope?.replace(/\/(\.default|user_impersonation)$/, '');
}

function unknown(grantType: string, login: string, tenantId: string): GrantAnswer {
  return grantType === 'password'
    ? refuse('invalid_grant', `AADSTS50034: The user account ${login} does not exist in the ${tenantId} directory.`)
    : refuse(
        'unauthorized_client',
        `AADSTS700016: Application '${login}' was not found in the directory '${tenantId}'.`,
      );
}

function refuse(error: string, description: string): GrantAnswer {
  return {
    status: 400,
    body: { error, error_description: description, error_codes: [Number(/\d+/.exec(description)?.[0])] },
  };
}

function equal(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
