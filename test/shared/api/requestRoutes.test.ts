import { beforeEach, describe, expect, it } from 'vitest';
import { definitionResourceId } from '../../../shared/domain/ids.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const operator = await signedIn('Imprimatur.Operator');
const definition = definitionResourceId(ubuntu);
const idOf = (version: string) => `${definition}/versions/${version}`;

describe('requests over the HTTP API', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    for (const version of ['1.0.0', '1.0.1']) {
      world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true });
      await world.run();
    }
  });
  const call = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const headers = { ...operator, 'content-type': 'application/json', ...more };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await apiOf(world.ports).request(`/api${path}`, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('shows what a rollback would change, without making it', async () => {
    const before = world.allEntries().length;

    const { status, body } = await call('POST', '/plans', { kind: 'rollback', id: idOf('1.0.0'), reason: 'CVE' });

    expect(status).toBe(200);
    expect(body).toEqual({
      outcome: 'accepted',
      reason: '1.0.1 is taken out of latest; pinned to 1.0.0',
      changes: [{ region: 'westeurope', version: '1.0.0', previous: '1.0.1' }],
      text: ['latest in westeurope: 1.0.1 → 1.0.0'],
    });
    expect(world.allEntries()).toHaveLength(before);
  });

  it('shows what is published when a pin is taken away', async () => {
    await call('POST', '/requests', { kind: 'rollback', id: idOf('1.0.0'), reason: 'CVE' });
    await world.run();
    world.galleries.create(ubuntu, '1.0.2', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();

    expect((await call('POST', '/plans', { kind: 'resume', id: definition, reason: 'mended' })).body).toMatchObject({
      text: ['latest in westeurope: 1.0.0 → 1.0.2'],
    });
  });

  it('plans the release of a version, and none of an image definition or of what is not known', async () => {
    const path = (id: string) => `/plans/release?id=${encodeURIComponent(id)}`;

    expect((await call('GET', path(idOf('1.0.1')))).body).toEqual({ waits: [], assumes: [], rings: [], text: [] });
    expect((await call('GET', path(definition))).status).toBe(400);
    expect((await call('GET', path(idOf('9.9.9')))).status).toBe(404);
  });

  it('makes it, says what came of it, and names who asked in the audit trail', async () => {
    const made = await call('POST', '/requests', { kind: 'rollback', id: idOf('1.0.0'), reason: 'CVE' });
    const location = String(made.body.location).slice('/api'.length);
    expect(made.status).toBe(202);
    expect((await call('GET', location)).body).toMatchObject({ outcome: 'open' });

    await world.run();

    expect((await call('GET', location)).body).toMatchObject({ outcome: 'accepted' });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    const asked = world.allEntries().find(({ fact }) => fact.type === 'rollbackRequested');
    expect(asked?.actor).toBe('00000000-0000-0000-0000-00000000000a');
  });

  it('says whether an accepted request has taken effect', async () => {
    const made = await call('POST', '/requests', { kind: 'quarantine', id: idOf('1.0.1'), reason: 'CVE' });
    const location = String(made.body.location).slice('/api'.length);
    expect((await call('GET', location)).body).not.toHaveProperty('effect');

    await world.run();

    expect((await call('GET', location)).body).toMatchObject({
      outcome: 'accepted',
      effect: { state: 'done', reason: expect.stringContaining('taken out of latest') },
    });
  });

  it('says of a rollback that it is done once every newer version is out of latest', async () => {
    const made = await call('POST', '/requests', { kind: 'rollback', id: idOf('1.0.0'), reason: 'CVE' });
    await world.run();

    expect((await call('GET', String(made.body.location).slice('/api'.length))).body).toMatchObject({
      effect: { state: 'done' },
    });
  });

  it('says of a pause that its acceptance is its effect', async () => {
    const made = await call('POST', '/requests', { kind: 'pause', id: definition, reason: 'r' });
    await world.run();

    expect((await call('GET', String(made.body.location).slice('/api'.length))).body).toMatchObject({
      effect: { state: 'done' },
    });
  });

  it('says of a test again what its verdict was', async () => {
    const made = await call('POST', '/requests', { kind: 'retest', id: idOf('1.0.1'), reason: 'r' });
    await world.run();

    expect((await call('GET', String(made.body.location).slice('/api'.length))).body).toMatchObject({
      effect: { state: 'done', reason: expect.stringContaining('passed') },
    });
  });

  it('takes in what was adopted, and lists what is left of it and what failed', async () => {
    world.guests.broken = { exitStatus: 3 };
    for (const [version, sourceId] of [
      ['0.1.0', 'healthy'],
      ['0.2.0', 'broken'],
    ] as const)
      world.galleries.create(ubuntu, version, { sourceId, createdAt: '2026-01-01T00:00:00.000Z' });
    await world.run();
    const left = async () => ((await call('GET', '/images')).body.images as { adopted: unknown }[])[0]?.adopted;
    const fresh = ['0.1.0', '0.2.0'].map((version) => ({ version, failed: false }));
    expect(await left()).toEqual(fresh);

    const locations: string[] = [];
    for (const version of ['0.1.0', '0.2.0']) {
      const made = await call('POST', '/requests', { kind: 'take-in', id: idOf(version), reason: 'all' });
      locations.push(String(made.body.location).slice('/api'.length));
    }
    await world.run();
    const effects = await Promise.all(locations.map(async (location) => (await call('GET', location)).body.effect));
    expect(effects).toMatchObject([
      { state: 'done' },
      { state: 'failed', reason: expect.stringContaining('left as it is') },
    ]);

    expect(await left()).toEqual([{ version: '0.2.0', failed: true }]);
    expect((await call('POST', '/plans', { kind: 'take-in', id: idOf('1.0.0'), reason: 'all' })).body).toMatchObject({
      outcome: 'refused',
    });
  });

  it('announces the facts of a version again, and says so in its log', async () => {
    const body = { kind: 'announce', id: idOf('1.0.1'), reason: 'a consumer lost them' };
    const sent = () => [...world.announcements.onTopic.values()].filter(({ data }) => data.repeated).length;
    expect((await call('POST', '/plans', body)).body).toMatchObject({ outcome: 'accepted', changes: [] });
    const made = await call('POST', '/requests', body, { 'idempotency-key': 'k' });
    await world.run();
    const once = sent();
    await call('POST', '/requests', body, { 'idempotency-key': 'k' });
    await world.run();

    expect((await call('GET', String(made.body.location).slice('/api'.length))).body).toMatchObject({
      outcome: 'accepted',
      effect: { state: 'done' },
    });
    expect([once, sent()]).toEqual([once, once]);
    expect(once).toBeGreaterThan(0);
    expect(world.entriesOf('1.0.1').at(-1)?.fact).toMatchObject({ type: 'announcementOrdered', reason: body.reason });
  });

  it('makes a repeated request once', async () => {
    const body = { kind: 'quarantine', id: idOf('1.0.1'), reason: 'CVE' };
    const first = await call('POST', '/requests', body, { 'idempotency-key': 'k' });
    const again = await call('POST', '/requests', body, { 'idempotency-key': 'k' });

    expect(again.body).toEqual(first.body);
    expect(world.allEntries().filter(({ fact }) => fact.type === 'quarantineRequested')).toHaveLength(1);
  });

  it('answers a repeated request as before, also when it has been done since and would make no sense any more', async () => {
    const body = { kind: 'quarantine', id: idOf('1.0.1'), reason: 'CVE' };
    const first = await call('POST', '/requests', body, { 'idempotency-key': 'k' });
    await world.run();

    const again = await call('POST', '/requests', body, { 'idempotency-key': 'k' });

    expect(again).toEqual(first);
    expect((await call('POST', '/requests', body)).status).toBe(422);
  });

  it('refuses a key that was used for something else', async () => {
    const body = { kind: 'quarantine', id: idOf('1.0.1'), reason: 'CVE' };
    await call('POST', '/requests', body, { 'idempotency-key': 'k' });

    const other = await call('POST', '/requests', { ...body, kind: 'lift' }, { 'idempotency-key': 'k' });
    const reworded = await call('POST', '/requests', { ...body, reason: 'other' }, { 'idempotency-key': 'k' });

    expect([other, reworded].map(({ status, body }) => `${status} ${body.detail}`)).toEqual([
      '422 the Idempotency-Key was used for another request',
      '422 the Idempotency-Key was used for another request',
    ]);
    expect(world.allEntries().filter(({ fact }) => /Requested$/.test(fact.type))).toHaveLength(1);
  });

  it('refuses what makes no sense, with the reason', async () => {
    const refused = await call('POST', '/requests', { kind: 'rollback', id: idOf('0.9.0'), reason: 'CVE' });
    expect(refused).toMatchObject({ status: 422, body: { detail: expect.stringContaining('0.9.0 does not exist') } });
    for (const body of [
      { kind: 'rollback', id: definition, reason: 'r' },
      { kind: 'pause', id: idOf('1.0.0'), reason: 'r' },
      { kind: 'publish', id: idOf('1.0.0') },
      { kind: 'expedite', id: idOf('1.0.0'), reason: 'r' },
      { kind: 'erase', id: idOf('1.0.0'), reason: 'r' },
    ])
      expect((await call('POST', '/requests', body)).status, JSON.stringify(body)).toBe(400);
    expect((await call('POST', '/plans', { kind: 'pause', id: `${definition}x`, reason: 'r' })).status).toBe(404);
    expect((await call('GET', `/requests/${'a'.repeat(20)}?id=${definition}`)).status).toBe(404);
  });
});
