import { beforeEach, describe, expect, it } from 'vitest';
import { definitionKey } from '../../../shared/domain/ids.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn, tokenFor } from './signedIn.ts';

const reader = await signedIn('Imprimatur.Reader');
const nobody = { authorization: `Bearer ${await tokenFor([])}` };

describe('the HTTP API', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  const get = async (path: string, headers: Record<string, string> = reader) => {
    const response = await apiOf(world.ports).request(`/api${path}`, { headers });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  it.each(['/images', '/versions', '/entries', '/days/2026-11-22', '/audit', '/teams', '/teams/web'])(
    'tells nothing under %s without the role',
    async (path) => {
      expect((await get(path, {})).status).toBe(401);
      expect((await get(path, { authorization: 'garbage' })).status).toBe(401);
      expect((await get(path, nobody)).status).toBe(403);
    },
  );

  it('has nothing at a path that it does not know', async () => {
    expect(await get('/nothing')).toMatchObject({ status: 404, body: { status: 404 } });
  });

  it('tells everybody that it is up', async () => {
    expect(await get('/health', {})).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it.each(['/entries', '/entries?id=1.0.0', '/versions?id=/subscriptions/s'])('refuses %s in JSON', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body).toMatchObject({ detail: expect.stringContaining('must be the resource id') });
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
    const response = await apiOf(world.ports).request('/api/images', { headers: reader });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'The service cannot answer now',
      status: 503,
      detail: 'storage is away',
      instance: response.headers.get('x-request-id'),
    });
  });

  it('answers a defect in JSON without telling what it was', async () => {
    world.auditLogs.list = async () => {
      throw new TypeError('secret');
    };
    const { status, body } = await get('/images');
    expect(status).toBe(500);
    expect(body).toMatchObject({ detail: 'internal error' });
    expect(JSON.stringify(body)).not.toContain('secret');
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
