import { beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../../../shared/api/createApi.ts';
import { definitionKey } from '../../../shared/domain/ids.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const principal = (...roles: string[]) =>
  Buffer.from(
    JSON.stringify({
      role_typ: 'roles',
      claims: [
        { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: 'o' },
        { typ: 'name', val: 'A Person' },
        ...roles.map((val) => ({ typ: 'roles', val })),
      ],
    }),
  ).toString('base64');
const reader = { 'x-ms-client-principal': principal('Imprimatur.Reader') };

describe('the HTTP API', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  const get = async (path: string, headers: Record<string, string> = reader) => {
    const response = await createApi(world.ports).request(`/api${path}`, { headers });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  it.each(['/images', '/versions', '/entries', '/days/2026-11-22', '/audit', '/nothing'])(
    'tells nothing under %s without the role',
    async (path) => {
      expect((await get(path, {})).status).toBe(401);
      expect((await get(path, { 'x-ms-client-principal': 'garbage' })).status).toBe(401);
      expect((await get(path, { 'x-ms-client-principal': principal() })).status).toBe(403);
    },
  );

  it('tells everybody that it is up', async () => {
    expect(await get('/health', {})).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it.each(['/entries', '/entries?id=1.0.0', '/versions?id=/subscriptions/s'])('refuses %s in JSON', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body).toEqual({ error: expect.stringContaining('must be the resource id') });
  });

  it('answers what is latest, and what happened to a version', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    expect((await get('/images')).body).toMatchObject({ images: [{ latest: { westeurope: '1.0.0' }, open: [] }] });
    expect((await get('/versions')).body).toMatchObject({ versions: [{ outcome: 'published', chain: 'intact' }] });
  });

  it('answers in JSON that storage is out of reach, and says when to come again', async () => {
    world.auditLogs.list = async () => {
      throw new AdapterError('storage is away', { code: 'ServerBusy', retryable: true, retryAfterMs: 2_500 });
    };
    const response = await createApi(world.ports).request('/api/images', { headers: reader });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(await response.json()).toEqual({ error: 'storage is away' });
  });

  it('answers a defect in JSON without telling what it was', async () => {
    world.auditLogs.list = async () => {
      throw new TypeError('secret');
    };
    expect(await get('/images')).toEqual({ status: 500, body: { error: 'internal error' } });
  });

  it('names a log that cannot be read as broken, and checks the others', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    const log = `definitions/${definitionKey(ubuntu)}`;
    const read = world.auditLogs.read.bind(world.auditLogs);
    world.auditLogs.read = async (name) => {
      if (name === log) throw new AdapterError('line 2 is no entry', { code: 'DamagedLog', retryable: false });
      return read(name);
    };
    expect((await get('/audit')).body).toEqual({
      entries: expect.any(Number),
      chain: 'broken',
      broken: [{ log, problem: 'line 2 is no entry' }],
    });
    expect((await get('/versions')).status).toBe(200);
    expect((await get('/images')).status).toBe(200);
  });
});
