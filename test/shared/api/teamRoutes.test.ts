import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../fakes/world.ts';
import { apiOf, signedIn, somebody, tokenFor } from './signedIn.ts';

const operator = await signedIn('Imprimatur.Operator');
const member = await signedIn('Imprimatur.Team');
const group = '00000000-0000-0000-0000-0000000000f0';
const inGroup = { authorization: `Bearer ${await tokenFor(['Imprimatur.Team'], { claims: { groups: [group] } })}` };
const other = '00000000-0000-0000-0000-00000000000b';
const team = (objectId: string, filter: object = { images: ['ubuntu-*'] }, type = 'User') => ({
  filter,
  principals: [{ objectId, type }],
});

describe('a team over HTTP', () => {
  let world: World;
  let api: ReturnType<typeof apiOf>;
  beforeEach(() => {
    world = new World();
    api = apiOf(world.ports);
  });
  const call = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const response = await api.request(`/api${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: what a body holds is what the test asserts
    return { status: response.status, etag: response.headers.get('etag') ?? '', body: (await response.json()) as any };
  };

  it('subscribes itself, sees itself, and gets a test message', async () => {
    const put = await call('PUT', '/teams/web', member, team(somebody));

    expect(put).toMatchObject({
      status: 200,
      body: { name: 'web', state: 'inForce', subscription: 'image-versions/Subscriptions/web', granted: [somebody] },
    });
    expect(await call('GET', '/teams/web', member)).toMatchObject({
      status: 200,
      etag: put.etag,
      body: { messages: { waiting: 0, deadLettered: 0 } },
    });
    expect(await call('GET', '/teams', member)).toMatchObject({ body: { teams: [{ name: 'web' }] } });
    expect(await call('POST', '/teams/web/test', member)).toMatchObject({ status: 202 });
    expect(world.announcements.onTopic.size).toBe(1);
  });

  it('may be a group that the caller belongs to', async () => {
    expect((await call('PUT', '/teams/web', inGroup, team(group, {}, 'Group'))).status).toBe(200);
    expect((await call('PUT', '/teams/web', inGroup, team(group, {}, 'Group'))).status).toBe(200);
    expect((await call('PUT', '/teams/web', member, team(somebody))).status).toBe(403);
  });

  it('is nobody else’s: another team neither sees, changes, tests nor removes it', async () => {
    await call('PUT', '/teams/web', operator, team(other));

    expect((await call('GET', '/teams/web', member)).status).toBe(403);
    expect((await call('GET', '/teams', member)).body).toEqual({ teams: [] });
    expect((await call('PUT', '/teams/web', member, team(somebody))).status).toBe(403);
    expect((await call('POST', '/teams/web/test', member)).status).toBe(403);
    expect((await call('DELETE', '/teams/web', member)).status).toBe(403);
    expect(world.teamSubscriptions.receivers.get('web')).toEqual(new Set([other]));
  });

  it('includes whoever makes it, so that nobody subscribes somebody else', async () => {
    expect((await call('PUT', '/teams/web', member, team(other))).status).toBe(403);
  });

  it('is told why its filter is refused', async () => {
    expect(await call('PUT', '/teams/web', member, team(somebody, { types: ['published'] }))).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('filter') },
    });
    expect(await call('PUT', '/teams/web', member, team(somebody, { sql: 'image =' }))).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('syntax error') },
    });
  });

  it('is not changed by who has seen an older version of it', async () => {
    const { etag } = await call('PUT', '/teams/web', member, team(somebody));
    await call('PUT', '/teams/web', member, team(somebody, {}));

    expect((await call('PUT', '/teams/web', { ...member, 'if-match': etag }, team(somebody))).status).toBe(412);
    expect((await call('DELETE', '/teams/web', { ...member, 'if-match': etag })).status).toBe(412);
  });

  it('removes itself', async () => {
    await call('PUT', '/teams/web', member, team(somebody));

    expect(await call('DELETE', '/teams/web', member)).toMatchObject({ status: 200, body: { state: 'removed' } });
    expect((await call('DELETE', '/teams/web', member)).status).toBe(404);
  });

  it('that asks twice with one idempotency key has asked once', async () => {
    await call('PUT', '/teams/web', member, team(somebody));
    const key = { ...member, 'idempotency-key': 'k1' };
    const first = await call('POST', '/teams/web/test', key);

    expect(await call('POST', '/teams/web/test', key)).toEqual(first);
    expect(world.announcements.onTopic.size).toBe(1);
    expect((await call('POST', '/teams/web/test', { ...member, 'idempotency-key': 'a b' })).status).toBe(400);
  });

  it('that asks too often is told when to come again', async () => {
    const statuses = await Promise.all(Array.from({ length: 130 }, () => call('GET', '/teams', member)));

    expect(statuses.filter(({ status }) => status === 429)).toHaveLength(10);
    expect(statuses.filter(({ status }) => status === 200)).toHaveLength(120);
  });
});
