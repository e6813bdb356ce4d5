import { beforeEach, describe, expect, it } from 'vitest';
import { acceptRequest } from '../../../shared/workflow/acceptRequest.ts';
import { sendSince } from '../../../shared/workflow/deliveries/replay.ts';
import { faulty } from '../../fakes/faulty.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const asked = { type: 'announceRequested' as const, version: '1.0.0', reason: 'the topic lost them' };

let world: World;
beforeEach(async () => {
  world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  await world.run();
});

const messages = () => [...world.announcements.onTopic];
const ofVersion = () => messages().filter(([, { properties }]) => properties.version === '1.0.0');

describe('an operator who has the facts of a version announced again', () => {
  it('sends them to all teams in their order, under the ids of the first time, marked with who asked and why', async () => {
    const first = ofVersion().map(([, announcement]) => announcement);
    expect(first.map(({ type }) => type)).toContain('imprimatur.imageVersion.published.v1');

    const done = await world.ask(asked);

    expect(done.outcome).toBe('accepted');
    const again = ofVersion().slice(first.length);
    expect(again.map(([, { messageId: _, ...announcement }]) => announcement)).toEqual(
      first.map((announcement) => ({
        ...announcement,
        data: { ...announcement.data, repeated: { by: 'operator-1', reason: asked.reason } },
      })),
    );
    // The topic drops a second message of an id that it knows: each has one of its own.
    expect(again.every(([message, { id }]) => message !== id)).toBe(true);
    expect(world.types('1.0.0').at(-1)).toBe('announcementOrdered');
  });

  it('changes nothing else: no gallery write, no test, nothing left open, and nothing more in a replay to a team', async () => {
    const writes = world.galleries.writes.length;
    const before = await sendSince(world.ports, 'web', '2026-11-22T00:00:00.000Z', 'one');

    await world.ask(asked);
    await world.run();

    expect(world.galleries.writes).toHaveLength(writes);
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
    expect(await sendSince(world.ports, 'web', '2026-11-22T00:00:00.000Z', 'two')).toEqual(before);
  });

  it('sends each once more for each request: the same request again sends nothing', async () => {
    const count = ofVersion().length;
    const request = { definition: ubuntu, id: 'same', actor: 'operator-1', fact: asked };
    for (let times = 0; times < 2; times += 1) {
      await acceptRequest(world.ports, request);
      await world.run();
    }
    expect(ofVersion()).toHaveLength(2 * count);

    await world.ask(asked);
    expect(ofVersion()).toHaveLength(3 * count);
    expect(new Set(ofVersion().map(([, { id }]) => id)).size).toBe(count);
  });

  it('is refused for a version that was deleted, of which a replay brings what was announced', async () => {
    world.galleries.remove(ubuntu, '1.0.0');
    await world.run();

    expect(await world.ask(asked)).toEqual({ outcome: 'refused', reason: '1.0.0 is not known' });
    await sendSince(world.ports, 'web', '2026-11-22T00:00:00.000Z', 'one');
    const replayed = messages().flatMap(([, { type, properties }]) => (properties.team === 'web' ? [type] : []));
    expect(replayed).toContain('imprimatur.imageVersion.published.v1');
    expect(replayed).toContain('imprimatur.imageVersion.deleted.v1');
  });

  it('is done in mode test too, and refused for what has no facts', async () => {
    world.policyFile.text = 'version: 1\nmode: test\n';

    expect((await world.ask(asked)).outcome).toBe('accepted');
    expect(await world.ask({ ...asked, version: '9.9.9' })).toEqual({
      outcome: 'refused',
      reason: '9.9.9 is not known',
    });
  });
});

describe('a worker that dies while facts are announced again', () => {
  it.each(['crashAfter', 'unavailableAfter'] as const)(
    'between any two calls (%s) sends each once more, and none twice',
    async (fault) => {
      let calls = 1;
      for (let at = 0; at < calls; at += 1) {
        const fresh = new World();
        fresh.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
        await fresh.run();
        const before = fresh.announcements.onTopic.size;
        const ids = new Set([...fresh.announcements.onTopic.values()].map(({ id }) => id));
        const ofFirst = [...fresh.announcements.onTopic.values()].filter(({ properties }) => properties.version !== '');
        await acceptRequest(fresh.ports, { definition: ubuntu, id: 'a', actor: 'operator-1', fact: asked });
        const counter = faulty(fresh, (call) => (call === at ? fault : undefined));

        await fresh.run();

        calls = counter.calls;
        const all = [...fresh.announcements.onTopic.values()];
        expect(all, `${fault} at call ${at}`).toHaveLength(before + ofFirst.length);
        expect(new Set(all.map(({ id }) => id))).toEqual(ids);
        expect(fresh.openMarkers()).toEqual([]);
        expect(fresh.brokenChains()).toEqual([]);
      }
    },
  );
});
