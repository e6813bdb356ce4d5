import { beforeEach, describe, expect, it } from 'vitest';
import { AdapterError } from '../../../shared/errors.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const tag = 'imprimatur-instance';
const longerThanCache = 6 * 60_000;

let world: World;
beforeEach(() => {
  world = new World();
});

const create = (version: string) =>
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true });
const told = () => world.allEntries().flatMap(({ fact }) => (/^gallery(Refused|Taken)$/.test(fact.type) ? [fact] : []));

it('looks after galleries of several Azure subscriptions, each for itself, and finds in all what events missed', async () => {
  const other = { ...ubuntu, subscriptionId: '00000000-0000-0000-0000-000000000002', gallery: 'labGallery' };
  world.settings.galleries = [ubuntu, other];
  world.galleries.createDefinition(other);
  world.guests.broken = { exitStatus: 1 };
  world.route = () => [];
  world.galleries.create(other, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  create('1.0.0');
  world.galleries.create(other, '1.0.1', { sourceId: 'broken', excludeFromLatest: true });
  await world.run();

  expect(world.latest(other)).toEqual({ westeurope: '1.0.0' });
  expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  const published = [...world.announcements.onTopic.values()].filter(({ type }) => type.includes('.published.'));
  expect(published.map(({ properties }) => properties.gallery).sort()).toEqual(['corpgallery', 'labgallery']);
  expect(world.openMarkers()).toEqual([]);
});

describe('a gallery that is not its own', () => {
  it.each([
    ['another instance owns', { [tag]: 'green' }, 'it is owned by the instance green', 'green'],
    ['nobody owns', {}, `no instance owns it: its tag ${tag} is not set`, undefined],
    ['has an empty tag', { [tag]: '' }, `no instance owns it: its tag ${tag} is not set`, undefined],
  ])(
    'is refused by name where %s: audited and announced once, and nothing is written or launched',
    async (_, tags, reason, owner) => {
      world.galleries.tags = tags;
      create('1.0.0');
      await world.run({ forMs: 3_600_000 });

      expect(told()).toEqual([
        {
          type: 'galleryRefused',
          galleryId: expect.stringContaining('/galleries/corpGallery'),
          reason,
          ...(owner !== undefined && { owner }),
        },
      ]);
      expect(world.galleries.writes).toEqual([]);
      expect(world.smokeTestVms.launches).toEqual([]);
      expect([...world.announcements.onTopic.values()]).toMatchObject([
        {
          type: 'imprimatur.instance.galleryRefused.v1',
          data: { severity: 'critical', reason, summary: expect.stringContaining(reason) },
        },
      ]);
      const indexed = [...world.auditIndex.records.values()].filter(({ type }) => type.startsWith('gallery'));
      expect(indexed.map(({ type }) => type)).toEqual(['galleryRefused']);
    },
  );

  it('is taken up when it becomes its own: the versions of meanwhile are tested and published', async () => {
    world.galleries.tags = {};
    create('1.0.0');
    await world.run({ forMs: 600_000 });
    world.galleries.tags = { 'Imprimatur-Instance': 'blue', team: 'images' };
    await world.run({ forMs: 3_600_000 });

    expect(told().map(({ type }) => type)).toEqual(['galleryRefused', 'galleryTaken']);
    const ofGallery = world.announced('').filter((line) => /gallery/.test(line));
    expect(ofGallery).toEqual([' galleryRefused', ' galleryTaken']);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('is what a gallery becomes whose tag is lost: no write more, and the work goes on when it is set again', async () => {
    create('1.0.0');
    await world.run();
    world.galleries.tags = {};
    await world.run({ forMs: longerThanCache });
    const writes = world.galleries.writes.length;
    create('1.0.1');
    await world.run({ forMs: 3_600_000 });
    expect(world.galleries.writes).toHaveLength(writes);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });

    world.galleries.tags = { [tag]: 'blue' };
    await world.run({ forMs: 3_600_000 });
    expect(world.latest()).toEqual({ westeurope: '1.0.1' });
    expect(world.brokenChains()).toEqual([]);
  });

  it('is told of by the next sweep, under the same id, where the topic could not be reached', async () => {
    world.galleries.tags = {};
    const send = world.announcements.send.bind(world.announcements);
    world.announcements.send = async () => {
      throw new AdapterError('unavailable', { code: 'ServerBusy', retryable: true });
    };
    create('1.0.0');
    await world.run({ forMs: 600_000 });
    expect(told()).toHaveLength(1);
    world.announcements.send = send;
    await world.run({ forMs: 600_000 });

    expect([...world.announcements.onTopic.keys()]).toEqual([
      world.allEntries().find(({ fact }) => fact.type === 'galleryRefused')?.id,
    ]);
  });

  it('is taken for one while its tag cannot be read', async () => {
    const { galleries } = world;
    const getTags = galleries.getTags.bind(galleries);
    galleries.getTags = async () => {
      throw new AdapterError('403: forbidden', { code: 'AuthorizationFailed', retryable: false });
    };
    create('1.0.0');
    await world.run({ forMs: 3_600_000 });
    expect(galleries.writes).toEqual([]);

    galleries.getTags = getTags;
    await world.run({ forMs: 3_600_000 });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('is asked for once in five minutes, however many steps there are', async () => {
    let reads = 0;
    const getTags = world.galleries.getTags.bind(world.galleries);
    world.galleries.getTags = (gallery) => {
      reads += 1;
      return getTags(gallery);
    };
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) create(version);
    await world.run({ forMs: 290_000 });

    expect(reads).toBe(1);
  });
});
