import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { createEasyAuth } from '../../../local/functionsHost/easyAuth.ts';
import type { HostRequest } from '../../../local/functionsHost/http.ts';

const issuer = 'https://login.example/tenant/v2.0';
const audience = 'api://imprimatur';
let sign: (claims: JWTPayload, changes?: { audience?: string; expires?: string }) => Promise<string>;
let authenticate: ReturnType<typeof createEasyAuth>;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  authenticate = createEasyAuth({
    issuer,
    audiences: [audience],
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256' }] },
  });
  sign = (claims, changes = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(issuer)
      .setAudience(changes.audience ?? audience)
      .setExpirationTime(changes.expires ?? '1h')
      .sign(privateKey);
});

function request(headers: Record<string, string>): HostRequest {
  return { method: 'GET', url: new URL('http://localhost/api/x'), headers, body: Buffer.alloc(0) };
}

async function passed(headers: Record<string, string>): Promise<HostRequest['headers']> {
  const decision = await authenticate(request(headers));
  if ('answer' in decision) throw new Error(`answered ${decision.answer.status}`);
  return decision.pass.headers;
}

test('a valid token becomes the principal that App Service would pass on', async () => {
  const token = await sign({
    oid: 'o-1',
    preferred_username: 'ada@example.org',
    roles: ['Reader', 'Operator'],
    scp: 'all',
  });

  const headers = await passed({ authorization: `Bearer ${token}`, 'x-other': 'kept' });

  const principal = JSON.parse(Buffer.from(String(headers['x-ms-client-principal']), 'base64').toString());
  expect(principal).toMatchObject({
    auth_typ: 'aad',
    name_typ: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    role_typ: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
  });
  expect(principal.claims).toEqual(
    expect.arrayContaining([
      { typ: 'aud', val: audience },
      { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: 'o-1' },
      { typ: 'roles', val: 'Reader' },
      { typ: 'roles', val: 'Operator' },
      { typ: 'http://schemas.microsoft.com/identity/claims/scope', val: 'all' },
    ]),
  );
  expect(headers).toMatchObject({
    'x-ms-client-principal-id': 'o-1',
    'x-ms-client-principal-name': 'ada@example.org',
    'x-ms-client-principal-idp': 'aad',
    'x-other': 'kept',
  });
});

test('an app without a user name is named by its application id', async () => {
  const token = await sign({ oid: 'o-2', azp: 'app-1' });

  expect(await passed({ authorization: `Bearer ${token}` })).toMatchObject({ 'x-ms-client-principal-name': 'app-1' });
});

test('a request without a token passes without a principal, also a made-up one', async () => {
  const headers = await passed({ 'x-ms-client-principal': 'e30=', 'x-ms-client-principal-id': 'root' });

  expect(headers).toEqual({});
});

test.each([
  ['for another audience', { audience: 'api://other' }],
  ['that has expired', { expires: '-1h' }],
])('a token %s is 401', async (_case, changes) => {
  const token = await sign({ oid: 'o-1' }, changes);

  const decision = await authenticate(request({ authorization: `Bearer ${token}` }));

  expect(decision).toMatchObject({ answer: { status: 401 } });
});

test('a token that is none is 401', async () => {
  const decision = await authenticate(request({ authorization: 'Bearer nonsense' }));

  expect(decision).toMatchObject({ answer: { status: 401 } });
});

test('without options a made-up principal is taken away all the same', async () => {
  const decision = await createEasyAuth(undefined)(request({ 'x-ms-client-principal': 'e30=' }));

  expect(decision).toMatchObject({ pass: { headers: {} } });
});
