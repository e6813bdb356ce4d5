import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedIdentityCredential } from '@azure/identity';
import { execa } from 'execa';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureCertificates } from '../../../local/certificates.ts';
import { type RunningIdentity, startIdentity } from '../../../local/identity/startIdentity.ts';
import { serveHttp } from '../../../local/serveHttp.ts';
import { ManualClock } from '../manualClock.ts';

const tenantId = '11111111-1111-1111-1111-111111111111';
const app = { name: 'app', clientId: 'c-app', objectId: 'o-app', managedIdentity: 'systemAssigned' } as const;
const worker = { name: 'worker', clientId: 'c-worker', objectId: 'o-worker', managedIdentity: 'userAssigned' } as const;
const operator = { name: 'operator', clientId: 'c-operator', objectId: 'o-operator', roles: ['Publisher.Operate'] };
const identities = [app, worker, operator];
const storage = 'https://storage.azure.com';
const startMs = Math.floor(Date.now() / 1000) * 1000;

let folder: string;
let identity: RunningIdentity;

function start(): Promise<RunningIdentity> {
  return startIdentity({ port: 0, folder, tenantId, identities, clock: new ManualClock(startMs) });
}

function verify(token: string, audience: string) {
  const currentDate = new Date(startMs);
  return jwtVerify(token, createLocalJWKSet(identity.jwks), {
    issuer: `https://sts.windows.net/${tenantId}/`,
    audience,
    currentDate,
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
  identity = await start();
});

afterAll(async () => {
  await identity.stop();
  await rm(folder, { recursive: true });
});

describe('the managed-identity endpoint', () => {
  const ask = (query: string, header?: string) =>
    fetch(`${identity.msiEndpoint}?${query}`, { headers: header ? { 'x-identity-header': header } : {} });

  it.each([
    [app, new ManagedIdentityCredential()],
    [worker, new ManagedIdentityCredential({ clientId: worker.clientId })],
    [worker, new ManagedIdentityCredential({ objectId: worker.objectId })],
  ])('gives the unmodified SDK a token of $name', async (principal, credential) => {
    vi.stubEnv('IDENTITY_ENDPOINT', identity.msiEndpoint);
    vi.stubEnv('IDENTITY_HEADER', identity.header);

    const { token, expiresOnTimestamp } = await credential.getToken(`${storage}/.default`);

    const { payload } = await verify(token, storage);
    expect(payload).toMatchObject({ appid: principal.clientId, oid: principal.objectId, tid: tenantId });
    expect(payload.nbf).toBe(startMs / 1000 - 300);
    expect(Math.abs(expiresOnTimestamp - startMs - 24 * 3600 * 1000)).toBeLessThan(60_000);
    vi.unstubAllEnvs();
  });

  it('answers as App Service does', async () => {
    const answer = await ask(`resource=${storage}&api-version=2019-08-01`, identity.header);

    expect(await answer.json()).toEqual({
      access_token: expect.any(String),
      expires_on: String(startMs / 1000 + 24 * 3600),
      resource: storage,
      token_type: 'Bearer',
      client_id: app.clientId,
    });
  });

  it('refuses callers that do not know the header', async () => {
    expect((await ask(`resource=${storage}&api-version=2019-08-01`)).status).toBe(401);
    expect((await ask(`resource=${storage}&api-version=2019-08-01`, 'guess')).status).toBe(403);
  });

  it.each([
    ['client_id=nobody', 'No User Assigned or Delegated Managed Identity found'],
    ['client_id=c-operator', 'No User Assigned or Delegated Managed Identity found'],
    ['resource=', "'resource' is missing"],
    ['api-version=2017-09-01', 'Unsupported api-version'],
  ])('answers 400 to %s', async (change, message) => {
    const query = new URLSearchParams({ resource: storage, 'api-version': '2019-08-01' });
    for (const [name, value] of new URLSearchParams(change)) query.set(name, value);

    const answer = await ask(query.toString(), identity.header);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ statusCode: 400, message: expect.stringContaining(message) });
  });
});

describe('the token endpoints', () => {
  const post = (path: string, form: Record<string, string>) =>
    fetch(`${identity.url}${path}`, { method: 'POST', body: new URLSearchParams(form) });
  const secret = { grant_type: 'client_credentials', client_id: 'c-operator', client_secret: 'any' };

  it.each([
    [`/${tenantId}/oauth2/v2.0/token`, { scope: 'api://imprimatur/.default' }],
    [`/${tenantId}/oauth2/token`, { resource: 'api://imprimatur' }],
    ['/adfs/oauth2/token', { scope: 'api://imprimatur/.default openid profile' }],
    ['/adfs/adfs/oauth2/token', { resource: 'api://imprimatur' }],
  ])('gives an application its roles at %s', async (path, target) => {
    const answer = await post(path, { ...secret, ...target } as Record<string, string>);

    const body = (await answer.json()) as { access_token: string };
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    const { payload } = await verify(body.access_token, 'api://imprimatur');
    expect(payload).toMatchObject({
      appid: 'c-operator',
      oid: 'o-operator',
      roles: ['Publisher.Operate'],
      idtyp: 'app',
    });
  });

  it('takes client id and secret by basic authentication', async () => {
    const response = await fetch(`${identity.url}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('c%2Doperator:any%').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'a/.default' }),
    });

    expect(response.status).toBe(200);
  });

  it('signs a person in by name and password', async () => {
    const scope = 'https://management.azure.com/.default openid';
    const form = { grant_type: 'password', client_id: 'cli', username: 'operator', password: 'any', scope };

    const body = (await (await post('/adfs/oauth2/token', form)).json()) as { access_token: string; id_token: string };

    const { payload } = await verify(body.access_token, 'https://management.azure.com');
    expect(payload).toMatchObject({ appid: 'cli', oid: 'o-operator', idtyp: 'user' });
    expect(decodeJwt(body.id_token)).toMatchObject({ aud: 'cli', preferred_username: 'operator' });
  });

  it.each([
    [400, 'unauthorized_client', { client_id: 'nobody' }],
    [401, 'invalid_client', { client_secret: '' }],
    [400, 'invalid_scope', { scope: 'openid' }],
    [400, 'unsupported_grant_type', { grant_type: 'implicit' }],
    [400, 'invalid_grant', { grant_type: 'password', username: 'nobody', password: 'any' }],
  ])('answers %i %s to %j', async (status, error, change) => {
    const answer = await post(`/${tenantId}/oauth2/v2.0/token`, { ...secret, scope: 'a/.default', ...change });

    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error });
  });

  it('knows no other tenant', async () => {
    const answer = await post('/22222222-2222-2222-2222-222222222222/oauth2/v2.0/token', {
      ...secret,
      scope: 'a/.default',
    });

    expect(await answer.json()).toMatchObject({ error: 'invalid_tenant' });
  });

  it.each(['/adfs', '/adfs/adfs', `/${tenantId}/v2.0`])('describes itself below %s', async (base) => {
    const configuration = await (await fetch(`${identity.url}${base}/.well-known/openid-configuration`)).json();

    const { jwks_uri, token_endpoint } = configuration as Record<string, string>;
    expect(await (await fetch(`${jwks_uri}`)).json()).toEqual(identity.jwks);
    expect((await fetch(`${token_endpoint}`, { method: 'POST' })).status).toBe(400);
  });

  it('gives ClientSecretCredential of the SDK a token when mounted on https', async () => {
    const certificates = await ensureCertificates(join(folder, 'certificates'));
    const https = await serveHttp(identity.routes, { port: 0, tls: certificates });
    const script = `
      import { ClientSecretCredential } from '@azure/identity';
      const options = { authorityHost: '${https.url}', disableInstanceDiscovery: true };
      const credential = new ClientSecretCredential('${tenantId}', 'c-operator', 'any', options);
      console.log((await credential.getToken('api://imprimatur/.default')).token);`;

    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], {
      env: { NODE_EXTRA_CA_CERTS: certificates.caFile },
    });

    expect((await verify(stdout, 'api://imprimatur')).payload.oid).toBe('o-operator');
    await https.stop();
  });
});

describe('the signing key', () => {
  it('survives a restart', async () => {
    const { token } = await identity.issueToken({ principal: { ...operator }, resource: storage });
    const again = await start();

    expect(again.jwks).toEqual(identity.jwks);
    await expect(jwtVerify(token, createLocalJWKSet(again.jwks))).resolves.toBeDefined();
    await again.stop();
  });

  it('is readable by its owner only', async () => {
    expect((await stat(join(folder, 'token-signing-key.json'))).mode & 0o777).toBe(0o600);
  });
});

describe('main.ts', () => {
  const options = () => ({ port: 0, folder, tenantId, identities });
  const run = (argument: unknown) =>
    execa(process.execPath, ['local/identity/main.ts', JSON.stringify(argument)], { reject: false });

  it('reports itself ready and ends on SIGTERM', async () => {
    const child = run(options());

    for await (const line of child) {
      expect(JSON.parse(line)).toMatchObject({
        ready: true,
        url: expect.stringMatching(/^http:/),
        jwks: identity.jwks,
      });
      child.kill('SIGTERM');
    }

    expect((await child).exitCode).toBe(0);
  });

  it('names a taken port in one line', async () => {
    const port = Number(new URL(identity.url).port);

    expect((await run({ ...options(), port })).stderr).toBe(`port ${port} on 127.0.0.1 is already taken`);
  });
});
