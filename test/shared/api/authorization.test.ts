import { createHash, createHmac } from 'node:crypto';
import { generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { operatorRole, type Role, readerRole, teamRole } from '../../../shared/api/access.ts';
import { World } from '../../fakes/world.ts';
import { apiOf, audience, issuer, somebody, tokenFor } from './signedIn.ts';

const R: Role = readerRole;
const O: Role = operatorRole;
const T: Role = teamRole;

/** Who may do what. An operation that is not here is not allowed to be. */
const table: Record<string, Role[]> = {
  'GET /api/images': [R, O],
  'GET /api/versions': [R, O],
  'GET /api/why': [R, O],
  'GET /api/checks': [R, O],
  'POST /api/tests': [O],
  'GET /api/tests/{test}': [R, O],
  'POST /api/plans': [R, O],
  'GET /api/plans/release': [R, O],
  'POST /api/requests': [O],
  'GET /api/requests/{request}': [R, O, T],
  'GET /api/retests': [R, O],
  'POST /api/retests': [O],
  'GET /api/instance': [R, O],
  'POST /api/instance/requests': [O],
  'GET /api/entries': [R, O],
  'GET /api/days/{day}': [R, O],
  'GET /api/audit': [R, O],
  'GET /api/audit/records': [R, O],
  'GET /api/audit/log': [R, O],
  'GET /api/audit/recent': [R, O],
  'POST /api/audit/logs': [R, O],
  'GET /api/audit/latest': [R, O],
  'GET /api/audit/life': [R, O],
  'GET /api/audit/unfinished': [R, O],
  'POST /api/audit/reindex': [O],
  'GET /api/teams': [R, O, T],
  'GET /api/teams/{team}': [R, O, T],
  'PUT /api/teams/{team}': [O, T],
  'DELETE /api/teams/{team}': [O, T],
  'POST /api/teams/{team}/test': [O, T],
  'POST /api/teams/{team}/secret': [O, T],
  'POST /api/teams/{team}/answers': [T],
  'GET /api/teams/{team}/dead-letters': [O, T],
  'POST /api/teams/{team}/dead-letters/{id}': [O, T],
  'DELETE /api/teams/{team}/dead-letters/{id}': [O, T],
  'POST /api/teams/{team}/replays': [O, T],
};
const open = ['GET /api/health'];

const api = apiOf(new World().ports);
const document = api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 't', version: '1' } });
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { security }]: [string, { security?: { entra?: string[] }[] }]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path: path
      .replace('{day}', '2026-11-22')
      .replace('{team}', 'web')
      .replace('{test}', 'a'.repeat(20))
      .replace('{id}', 'a'.repeat(32))
      .replace('{request}', 'a'.repeat(20)),
    declared: security?.[0]?.entra,
  })),
);
const call = (method: string, path: string, authorization?: string) =>
  api.request(path, {
    method,
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    ...(method === 'GET' ? {} : { body: '{}' }),
  });
const guarded = operations.filter(({ name }) => !open.includes(name));

describe('who may do what', () => {
  it('is said of every operation', () => {
    expect(Object.fromEntries(guarded.map(({ name, declared }) => [name, declared]))).toEqual(table);
    expect(operations.length).toBe(guarded.length + open.length);
  });

  it.each(
    guarded.flatMap(({ name, ...rest }) =>
      [R, O, T, 'Imprimatur.Nothing', undefined].map((role) => ({ name, role, ...rest })),
    ),
  )('$name by $role', async ({ name, method, path, role }) => {
    const { status } = await call(method, path, `Bearer ${await tokenFor(role === undefined ? [] : [role])}`);

    if (table[name]?.some((allowed) => allowed === role)) expect([200, 202, 400, 404]).toContain(status);
    else expect(status).toBe(403);
  });
});

/** What is sent to each operation on one team; nothing is wrong with it but whose team it is. */
const own = { filter: {}, principals: [{ objectId: somebody, type: 'ServicePrincipal' }] };
const bodies: Record<string, object> = {
  'PUT /api/teams/{team}': own,
  'POST /api/teams/{team}/answers': { id: '/none', answer: 'veto', reason: 'r' },
  'POST /api/teams/{team}/replays': { since: '2026-11-22T00:00:00Z' },
};

describe('what is another team’s', () => {
  const world = new World();
  const theirs = apiOf(world.ports);
  const send = async (name: string, role: Role, team: string) => {
    const [method = '', path = ''] = name.split(' ');
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await tokenFor([role])}` };
    const body = method === 'GET' ? {} : { body: JSON.stringify(bodies[name] ?? {}) };
    const id = path.replace('{team}', team).replace('{id}', 'a'.repeat(32));
    return (await theirs.request(id, { method, headers, ...body })).status;
  };
  const ofOneTeam = guarded.map(({ name }) => name).filter((name) => name.includes('{team}'));
  beforeAll(async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await tokenFor([O])}` };
    const body = JSON.stringify({
      ...own,
      principals: [{ ...own.principals[0], objectId: somebody.replace('a', 'b') }],
    });
    expect((await theirs.request('/api/teams/theirs', { method: 'PUT', headers, body })).status).toBe(200);
  });

  it.each(ofOneTeam)('is 403: %s', async (name) => {
    expect(await send(name, T, 'theirs')).toBe(403);
  });

  it.each(ofOneTeam.filter((name) => !name.startsWith('PUT')))(
    'is not what is nobody’s, which is 404: %s',
    async (name) => {
      expect(await send(name, T, 'nobody')).toBe(404);
    },
  );

  it('is not told in a list', async () => {
    const headers = { authorization: `Bearer ${await tokenFor([T])}` };

    expect(await (await theirs.request('/api/teams', { headers })).json()).toEqual({ teams: [] });
  });
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const inAnHour = Date.parse('2026-11-22T09:00:00Z') / 1_000;
const claims = { iss: issuer, aud: audience, oid: somebody, roles: [O], exp: inAnHour };
const foreign = await generateKeyPair('RS256');

/** Tokens that look like an operator's and are none. */
const bad: Record<string, string> = {
  'without a signature': `${encode({ alg: 'none' })}.${encode(claims)}.`,
  'with alg none and a signature': `${encode({ alg: 'none', kid: 'test' })}.${encode(claims)}.AAAA`,
  'signed with HMAC': (() => {
    const text = `${encode({ alg: 'HS256', kid: 'test' })}.${encode(claims)}`;
    return `${text}.${createHmac('sha256', createHash('sha256').update('x').digest()).update(text).digest('base64url')}`;
  })(),
  'signed by somebody else': await tokenFor([O], { signWith: foreign.privateKey }),
  'of another issuer': await tokenFor([O], { issuer: 'https://sts.windows.net/other/' }),
  'for another audience': await tokenFor([O], { audience: 'https://management.azure.com/' }),
  'that has expired': await tokenFor([O], { expiresAt: Date.parse('2026-11-22T07:58:00Z') / 1_000 }),
  'of nobody': await tokenFor([O], { claims: { oid: undefined } }),
  'with roles that are no list': await tokenFor([], { claims: { roles: O } }),
  'with a changed body': (await tokenFor([])).replace(/\.[^.]+\./, `.${encode(claims)}.`),
  empty: '',
};

describe('a token', () => {
  it.each(
    Object.entries(bad).flatMap(([kind, token]) =>
      guarded.map(({ name, method, path }) => ({ kind, token, name, method, path })),
    ),
  )('$kind opens nothing: $name', async ({ token, method, path }) => {
    expect((await call(method, path, `Bearer ${token}`)).status).toBe(401);
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'bearer '])(
    'in the form of %j opens nothing',
    async (authorization) => {
      expect((await call('GET', '/api/images', authorization)).status).toBe(401);
    },
  );

  it('is the only proof: what a caller says of itself in the headers of a platform is nothing', async () => {
    const header = Buffer.from(
      JSON.stringify({
        role_typ: 'roles',
        claims: [
          { typ: 'oid', val: somebody },
          { typ: 'roles', val: R },
        ],
      }),
    ).toString('base64');

    expect((await api.request('/api/images', { headers: { 'x-ms-client-principal': header } })).status).toBe(401);
  });

  it('is valid until it expires', async () => {
    const token = await tokenFor([R], { expiresAt: inAnHour });

    expect((await call('GET', '/api/images', `Bearer ${token}`)).status).toBe(200);
  });
});
