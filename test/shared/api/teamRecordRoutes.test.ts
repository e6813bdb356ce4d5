import { beforeEach, describe, expect, it } from 'vitest';
import { putTeam } from '../../../shared/workflow/changeTeam.ts';
import { countPlaced } from '../../../shared/workflow/deliveries/countPlaced.ts';
import { keepDeadLetter } from '../../../shared/workflow/deliveries/deadLetters.ts';
import { noteEvent } from '../../../shared/workflow/deliveries/record.ts';
import { loadTeam } from '../../../shared/workflow/teamLog.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn, somebody } from './signedIn.ts';

const member = await signedIn('Imprimatur.Team');
const other = '00000000-0000-0000-0000-00000000000b';
const own = { filter: {}, principals: [{ objectId: somebody, type: 'User' as const }] };

describe('what a team missed', () => {
  let world: World;
  let by = 0;
  const put = (name: string, team: Parameters<typeof putTeam>[2]) =>
    putTeam(world.ports, name, team, { actor: somebody, requestId: `r${++by}` });
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { ...member, 'content-type': 'application/json' };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await apiOf(world.ports).request(`/api${path}`, init);
    // biome-ignore lint/suspicious/noExplicitAny: what a body holds is what the test asserts
    return { status: response.status, body: (await response.json()) as any };
  };
  const replayed = () => [...world.announcements.onTopic].filter(([, { properties }]) => properties.team === 'web');
  const published = () => {
    const found = [...world.announcements.onTopic.values()].find(({ type }) => type.includes('Version.published'));
    if (!found) throw new Error('nothing was published');
    return found;
  };

  beforeEach(async () => {
    world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    await put('web', own);
    await put('theirs', { filter: {}, principals: [{ objectId: other, type: 'User' }] });
  });

  it('is sent again to it alone: the same id for the consumer, another for the topic', async () => {
    const { time, id } = published();
    const before = world.announcements.onTopic.size;

    expect(await call('POST', '/teams/web/replays', { since: time })).toMatchObject({ status: 202 });

    const again = replayed().filter(([, announcement]) => announcement.id === id);
    expect(again).toHaveLength(1);
    expect(again[0]?.[0]).not.toBe(id);
    expect(again[0]?.[1].data).toEqual(published().data);
    expect(replayed().every(([, announcement]) => announcement.time >= time)).toBe(true);
    expect(world.announcements.onTopic.size).toBe(before + replayed().length);
    const { log } = await loadTeam(world.ports, 'web');
    expect(log.entries.at(-1)).toMatchObject({ actor: somebody, fact: { type: 'replayRequested', since: time } });
  });

  it.each(['delivery', 'subscription'] as const)(
    'as a dead letter of a %s is read, sent again or dropped',
    async (from) => {
      const { id, type, subject, source, time, data } = published();
      const letter = { id, type, subject, reason: 'MaxDeliveryCountExceeded', at: time, data };
      if (from === 'subscription') world.teamMessages.letters.set('web', [letter]);
      else {
        const event = {
          specversion: '1.0',
          id,
          type,
          source,
          subject,
          time,
          datacontenttype: 'application/json',
          data,
        } as const;
        await keepDeadLetter(world.ports, { team: 'web', event, attempts: 8 }, letter.reason, time);
      }
      const list = async () => (await call('GET', '/teams/web/dead-letters')).body.deadLetters;

      expect(await list()).toEqual([{ id, from, type, subject, reason: letter.reason, at: time }]);
      expect(await call('POST', `/teams/web/dead-letters/${id}`)).toMatchObject({ status: 200 });
      expect(replayed().map(([, announcement]) => announcement.id)).toEqual([id]);
      expect(await list()).toEqual([]);
      expect(await call('DELETE', `/teams/web/dead-letters/${id}`)).toMatchObject({ status: 404 });
      world.teamMessages.letters.set('web', [letter]);
      expect(await call('DELETE', `/teams/web/dead-letters/${id}`)).toMatchObject({ status: 200 });
      expect(replayed()).toHaveLength(1);
      const { log } = await loadTeam(world.ports, 'web');
      expect(log.entries.slice(-2).map(({ fact }) => fact)).toEqual([
        { type: 'deadLetterReplayed', announcement: id },
        { type: 'deadLetterDropped', announcement: id },
      ]);
    },
  );

  it('is nobody else’s', async () => {
    const { id, time } = published();
    for (const [method, path, body] of [
      ['GET', '/teams/theirs/dead-letters'],
      ['POST', `/teams/theirs/dead-letters/${id}`],
      ['DELETE', `/teams/theirs/dead-letters/${id}`],
      ['POST', '/teams/theirs/replays', { since: time }],
    ] as const)
      expect(await call(method, path, body)).toMatchObject({ status: 403 });
    expect(await call('POST', '/teams/nobody/replays', { since: time })).toMatchObject({ status: 404 });
    expect(replayed()).toEqual([]);
  });

  it('is told beside what it received by itself: what came, less what is there, and dead letters to the end', async () => {
    const { id, type, subject, time, data } = published();
    for (const messageId of ['a', 'b', 'c', 'd', 'e'])
      await countPlaced(world.ports, { team: 'web', messageId, time: '2026-11-22T08:00:00.000Z' });
    world.teamSubscriptions.counts.set('web', { waiting: 1, deadLettered: 2 });
    const shown = async () => (await call('GET', '/teams/web')).body;

    expect(await shown()).toMatchObject({
      messages: { waiting: 1, deadLettered: 2 },
      record: { enqueued: 5, delivered: 2, deadLettered: 2 },
      lateness: { of: 5 },
    });

    world.teamMessages.letters.set('web', [{ id, type, subject, reason: 'Unreadable', at: time, data }]);
    expect(await call('DELETE', `/teams/web/dead-letters/${id}`)).toMatchObject({ status: 200 });
    world.teamSubscriptions.counts.set('web', { waiting: 1, deadLettered: 1 });
    expect(await shown()).toMatchObject({ record: { enqueued: 5, delivered: 2, deadLettered: 2 } });
  });

  it('is told with how late the rest was', async () => {
    await put('web', { ...own, delivery: { kind: 'webhook', url: 'https://hooks.example/' } });
    await noteEvent(world.ports, 'web', { kind: 'delivered', lateMs: 1_500, isFirst: true });
    await noteEvent(world.ports, 'web', { kind: 'failedTry', isFirst: true });
    await noteEvent(world.ports, 'web', { kind: 'deadLettered', isFirst: false });
    expect((await call('GET', '/teams/web')).body).toMatchObject({
      record: { enqueued: 2, delivered: 1, failedTries: 1, deadLettered: 1 },
      lateness: { p50: 1_500, p95: 1_500, of: 1 },
    });
  });
});
