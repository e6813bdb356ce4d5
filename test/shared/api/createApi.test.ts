import { beforeEach, describe, expect, it } from 'vitest';
import { definitionKey, definitionResourceId } from '../../../shared/domain/ids.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn, tokenFor } from './signedIn.ts';

const reader = await signedIn('Imprimatur.Reader');
const operator = await signedIn('Imprimatur.Operator');
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
      manifests: 0,
      broken: [{ log, problem: 'line 2 is no entry' }],
    });
    expect((await get('/versions')).status).toBe(200);
    expect((await get('/images')).status).toBe(200);
  });
});

describe('smoke tests over the HTTP API', () => {
  let world: World;
  const id = `${definitionResourceId(ubuntu)}/versions/1.0.0`;
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = operator) => {
    const type = { 'content-type': 'application/json' };
    const init = {
      method,
      headers: { ...headers, ...type },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const response = await apiOf(world.ports).request(`/api${path}`, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  beforeEach(async () => {
    world = new World();
    world.guests.broken = { exitStatus: 3, serialLog: 'Linux version 6.8\nlogin: \n' };
    world.galleries.create(ubuntu, '1.0.0', {
      sourceId: 'broken',
      excludeFromLatest: true,
      tags: { 'source-revision': '4f2c' },
    });
  });

  it('says on one screen why a version is quarantined: checks, serial lines, evidence, what to do next', async () => {
    await world.run();

    const { status, body } = await call('GET', `/why?id=${encodeURIComponent(id)}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      versions: [
        {
          outcome: 'quarantined',
          lineage: { sourceId: 'broken', tags: { 'source-revision': '4f2c' } },
          checks: [{ check: 'web is up', outcome: 'failed' }],
          serialLog: ['Linux version 6.8', 'login:'],
          evidence: expect.arrayContaining([expect.stringContaining('/junit.xml')]),
          next: expect.stringContaining('imprimatur test'),
        },
      ],
    });
  });

  it('shows where a run stands, for how long, and its last serial lines while it is under way', async () => {
    await world.run({ forMs: 75_000, sweeps: false });

    const { body } = await call('GET', `/why?id=${encodeURIComponent(id)}`);

    expect(body).toMatchObject({
      versions: [
        {
          outcome: 'open',
          stage: { stage: 'boots', since: '2026-11-22T08:00:30.000Z', elapsedSeconds: 45 },
          serialLog: ['Linux version 6.8', 'login:'],
        },
      ],
    });
  });

  it('accepts a test by hand from an operator, and tells where to look', async () => {
    await world.run();
    const { status, body } = await call('POST', '/tests', { id });
    expect(status).toBe(202);
    expect((await call('GET', String(body.location).slice('/api'.length))).status).toBe(202);

    await world.run();

    expect(await call('GET', String(body.location).slice('/api'.length))).toMatchObject({
      status: 200,
      body: { outcome: 'tested', attempts: [{ verdict: 'failed' }] },
    });
    expect(await call('GET', '/versions')).toMatchObject({ body: { versions: [{ outcome: 'quarantined' }] } });
  });

  it('names the VM that a test by hand keeps, until when, and how to look into it', async () => {
    await world.run();
    const { body } = await call('POST', '/tests', { id, keepMinutes: 30 });
    await world.run({ forMs: 15 * 60_000 });
    const look = () => call('GET', String(body.location).slice('/api'.length));
    const [vmName] = world.smokeTestVms.vms.keys();

    const kept = await look();
    expect(kept.body.next).toMatch(
      new RegExp(
        `^look into VM ${vmName}, which stays until 2026-11-22T\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z: az vm run-command invoke .* --name ${vmName} --command-id RunShellScript `,
      ),
    );

    await world.run({ forMs: 60 * 60_000 });
    expect((await look()).body.next).toBe('nothing comes of a test by hand; 1.0.0 stays as it is');
  });

  it('refuses a test by hand to others, and what it does not understand', async () => {
    await world.run();

    expect((await call('POST', '/tests', { id }, reader)).status).toBe(403);
    expect((await call('POST', '/tests', { id }, {})).status).toBe(401);
    for (const body of [undefined, {}, { id: 'x' }, { id, keepMinutes: 0 }, { id, unknown: 1 }])
      expect((await call('POST', '/tests', body)).status, JSON.stringify(body)).toBe(400);
    expect((await call('POST', '/tests', { id: `${id}0` })).status).toBe(422);
  });

  it('knows no why of a version that was never seen', async () => {
    expect((await call('GET', `/why?id=${encodeURIComponent(id)}`)).status).toBe(404);
    expect((await call('GET', '/why?id=1.0.0')).status).toBe(400);
  });
});
