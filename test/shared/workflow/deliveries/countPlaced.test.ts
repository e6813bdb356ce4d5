import { beforeEach, describe, expect, it } from 'vitest';
import { type Placed, parsePlaced } from '../../../../shared/domain/deliveries/placed.ts';
import { toldOf } from '../../../../shared/domain/teams/subscriptionRecord.ts';
import type { Team } from '../../../../shared/domain/teams/team.ts';
import { putTeam, removeTeam } from '../../../../shared/workflow/changeTeam.ts';
import { countPlaced } from '../../../../shared/workflow/deliveries/countPlaced.ts';
import { readRecord } from '../../../../shared/workflow/deliveries/record.ts';
import { settleTeams } from '../../../../shared/workflow/settleTeams.ts';
import { World } from '../../../fakes/world.ts';
import { fc } from '../../../fastCheck.ts';

const anna = '00000000-0000-0000-0000-00000000000a';
const web: Team = { filter: {}, principals: [{ objectId: anna, type: 'User' }] };
const placed = (messageId: string, team = 'web'): Placed => ({ team, messageId, time: '2026-11-22T07:59:58.000Z' });
let world: World;
let requests = 0;
const by = () => ({ actor: anna, requestId: `r${++requests}` });
const put = (team: Team = web) => putTeam(world.ports, 'web', team, by());
const count = async (...ids: string[]) => {
  for (const id of ids) await countPlaced(world.ports, placed(id));
};
/** What the team is told while so many messages are in its subscription. */
const told = async (waiting = 0, deadLettered = 0) => {
  const { subscription } = await readRecord(world.ports, 'web');
  return subscription && toldOf(subscription, { waiting, deadLettered });
};

beforeEach(() => {
  world = new World();
});

describe('a team that receives by itself', () => {
  it('has a record of what was put into its subscription: what waits, is a dead letter, or was received', async () => {
    await put();
    await count('a', 'b', 'c', 'd');

    expect(await told(2, 1)).toEqual({
      since: '2026-11-22T08:00:00.000Z',
      enqueued: 4,
      delivered: 1,
      deadLettered: 1,
    });
    expect((await readRecord(world.ports, 'web')).lateMs).toEqual([2_000, 2_000, 2_000, 2_000]);
  });

  it('has one message in it that is delivered to be counted twice', async () => {
    await put();
    await count('a', 'b', 'a', 'a', 'b');

    expect(await told()).toMatchObject({ enqueued: 2, delivered: 2 });
  });

  it('loses no count where many count at once', async () => {
    await put();
    await Promise.all(Array.from({ length: 16 }, (_, index) => count(`m${index}`)));

    expect(await told()).toMatchObject({ enqueued: 16 });
  });

  it('goes on with its record when its filter changes, and begins anew when it was removed', async () => {
    await put();
    await count('a');
    await put({ ...web, filter: { images: ['debian'] } });
    expect(await told()).toMatchObject({ enqueued: 1 });

    await removeTeam(world.ports, 'web', by());
    await count('b');
    await put();
    expect(await told()).toMatchObject({ enqueued: 0 });
    expect((await readRecord(world.ports, 'web')).lateMs).toEqual([]);
  });

  it('of a release that did not count is counted from the next sweep on, with what is there', async () => {
    await put();
    world.documents.documents.clear();
    await count('a');
    expect(await told()).toBeUndefined();

    world.teamSubscriptions.counts.set('web', { waiting: 3, deadLettered: 1 });
    await settleTeams(world.ports);
    await count('b');
    expect(await told(4, 1)).toMatchObject({ enqueued: 5, delivered: 0, deadLettered: 1 });
  });

  it('that has become a webhook is counted by its deliveries', async () => {
    await put({ ...web, delivery: { kind: 'webhook', url: 'https://hooks.example/' } });
    await count('a');

    expect(await told()).toBeUndefined();
  });
});

describe('the metadata of a message', () => {
  it('says whose announcement was placed, and when it was written down', () => {
    const applicationProperties = { countedFor: 'web', 'cloudEvents:time': '2026-11-22T07:59:58.000Z', type: 't' };

    expect(parsePlaced({ messageId: 'm', applicationProperties, deliveryCount: 1 })).toEqual(placed('m'));
  });

  it('that is anything else is none', () => {
    const properties = fc.record({ countedFor: fc.anything(), 'cloudEvents:time': fc.string() });
    const given = fc.oneof(fc.anything(), fc.record({ messageId: fc.string(), applicationProperties: properties }));
    fc.assert(fc.property(given, (metadata) => parsePlaced(metadata) === undefined));
  });
});
