import { beforeEach, describe, expect, it } from 'vitest';
import { definitionResourceId, galleryResourceId } from '../../../shared/domain/ids.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const tag = 'imprimatur-instance';
const id = `${definitionResourceId(ubuntu)}/versions/1.0.0`;
const gallery = galleryResourceId(ubuntu);
const operator = await signedIn('Imprimatur.Operator');
const team = await signedIn('Imprimatur.Team');
const byAnother = `${gallery} is owned by the instance green: ask there, or let it be given up (imprimatur galleries remove ${gallery} --instance green) and take it (imprimatur galleries add ${gallery} --instance blue)`;

let world: World;
beforeEach(async () => {
  world = new World();
  world.guests.broken = { exitStatus: 3 };
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  world.galleries.create(ubuntu, '0.9.0', { sourceId: 'broken', excludeFromLatest: true });
  await world.run();
});

async function call(method: string, path: string, body?: unknown, as = operator, settings = world.settings) {
  const headers = { ...as, 'content-type': 'application/json', 'idempotency-key': 'k' };
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await apiOf(world.ports, settings).request(`/api${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const quarantine = { kind: 'quarantine', id, reason: 'CVE' };

describe('what is asked for in a gallery that this instance does not own', () => {
  it.each([
    ['another instance owns', { [tag]: 'green' }, byAnother],
    [
      'nobody owns',
      {},
      `${gallery} is owned by no instance, its tag ${tag} is not set: imprimatur galleries add ${gallery} --instance blue`,
    ],
  ])('is refused where %s: by name, with what to do, and nothing is left waiting', async (_, tags, detail) => {
    world.galleries.tags = tags;
    const before = world.allEntries().length;

    for (const [path, body] of [
      ['/requests', quarantine],
      ['/requests', { ...quarantine, kind: 'announce' }],
      ['/requests', { kind: 'pause', id: definitionResourceId(ubuntu), reason: 'r' }],
      ['/plans', quarantine],
      ['/tests', { id }],
    ] as const)
      expect(await call('POST', path, body), path).toMatchObject({ status: 409, body: { detail } });
    expect(world.allEntries()).toHaveLength(before);
    expect(world.openMarkers()).toEqual([]);
  });

  it('is refused for a gallery that this instance is not told to look after', async () => {
    const settings = { ...world.settings, galleries: [] };

    expect(await call('POST', '/requests', quarantine, operator, settings)).toMatchObject({
      status: 409,
      body: {
        detail: `${gallery} is none of the galleries of the instance blue: ask the instance that looks after it, or deploy this one with it`,
      },
    });
  });

  it('is refused to a team that answers', async () => {
    const filter = {
      filter: {},
      principals: [{ objectId: '00000000-0000-0000-0000-00000000000a', type: 'ServicePrincipal' }],
    };
    expect((await call('PUT', '/teams/web', filter, team)).status).toBe(200);
    world.galleries.tags = { [tag]: 'green' };

    const answer = { id, answer: 'veto', reason: 'no' };
    expect(await call('POST', '/teams/web/answers', answer, team)).toMatchObject({
      status: 409,
      body: { detail: byAnother },
    });
  });

  it('is left out of a test again of all that failed', async () => {
    const since = '2026-11-22T00:00:00Z';
    expect((await call('GET', `/retests?failedSince=${since}`)).body.versions).toHaveLength(1);
    world.galleries.tags = { [tag]: 'green' };

    expect((await call('GET', `/retests?failedSince=${since}`)).body.versions).toEqual([]);
    expect((await call('POST', '/retests', { failedSince: since, reason: 'r' })).body).toEqual({ asked: [], left: 0 });
  });

  it('is answered as before where it was asked for while the gallery was its own', async () => {
    const first = await call('POST', '/requests', quarantine);
    world.galleries.tags = { [tag]: 'green' };

    expect(first.status).toBe(202);
    expect(await call('POST', '/requests', quarantine)).toEqual(first);
  });

  it('is not taken while the tag cannot be read: the caller comes again', async () => {
    world.galleries.getTags = async () => {
      throw new AdapterError('429: slow down', { code: 'TooManyRequests', retryable: true });
    };

    expect((await call('POST', '/requests', quarantine)).status).toBe(503);
  });
});
