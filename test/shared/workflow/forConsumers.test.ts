import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AdapterError } from '../../../shared/errors.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const direct = `${ubuntu.subscriptionId}-${ubuntu.gallery.toUpperCase()}`;

describe('announcements of a shared gallery', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
    world.guests.broken = { exitStatus: 3 };
  });
  const told = (type: string) =>
    [...world.announcements.onTopic.values()].filter((each) => each.type.split('.')[2] === type).at(-1)?.data;

  it('name the id by which its consumers use a version', async () => {
    world.galleries.sharing = { direct };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();

    for (const type of ['detected', 'published'])
      expect(told(type)?.sharedIds).toEqual({
        direct: `/SharedGalleries/${direct}/Images/${ubuntu.image}/Versions/1.0.0`,
      });
  });

  it('name it as the gallery is shared when the version is published', async () => {
    world.galleries.sharing = { direct };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 40_000 });
    world.galleries.sharing = { community: ['corp-1'] };
    await world.run();

    expect(told('published')?.sharedIds).toEqual({
      community: [`/CommunityGalleries/corp-1/Images/${ubuntu.image}/Versions/1.0.0`],
    });
  });

  it('of an image definition name it, and what it was rolled back to, as the gallery was shared at the newest detection', async () => {
    const create = async (version: string) => {
      world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true });
      await world.run();
    };
    world.galleries.sharing = { direct };
    await create('1.0.0');
    await create('1.0.1');
    await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason: 'slow disks' });
    await world.run();
    const shared = `/SharedGalleries/${direct}/Images/${ubuntu.image}`;

    expect(told('rolledBack')).toMatchObject({
      sharedIds: { direct: shared },
      replacements: [{ sharedIds: { direct: `${shared}/Versions/1.0.0` } }],
    });
    world.galleries.sharing = {};
    await create('1.0.2');
    await world.ask({ type: 'resumeRequested', reason: 'repaired' });
    await world.run();
    expect(told('resumed')).not.toHaveProperty('sharedIds');
  });

  it('of versions that come within minutes need one reading for their detection, and one for each publication', async () => {
    const read = vi.spyOn(world.galleries, 'getSharing');
    for (const version of ['1.0.0', '1.0.1'])
      world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 40_000 });
    expect(read).toHaveBeenCalledTimes(1);

    await world.run();

    const published = world.allEntries().filter(({ fact }) => fact.type === 'published');
    expect(published).toHaveLength(2);
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('wait for nothing where that cannot be read', async () => {
    world.galleries.getSharing = async () => {
      throw new AdapterError('not allowed', { code: 'AuthorizationFailed', retryable: false });
    };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();

    expect(told('published')).toMatchObject({ version: '1.0.0' });
    expect(told('published')).not.toHaveProperty('sharedIds');
  });

  it('of a publication name the version that was latest until then, where it is latest now', async () => {
    const create = async (version: string, regions: string[]) => {
      world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions });
      await world.run();
      return told('published')?.supersedes;
    };

    expect(await create('1.0.0', ['westeurope'])).toBeUndefined();
    expect(await create('1.0.2', ['westeurope', 'northeurope'])).toEqual({ westeurope: '1.0.0' });
    expect(await create('1.0.1', ['westeurope', 'northeurope'])).toBeUndefined();
    expect(await create('1.0.10', ['northeurope', 'westeurope'])).toEqual({
      westeurope: '1.0.2',
      northeurope: '1.0.2',
    });
  });

  it('link to the version that is to be used instead', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'broken', excludeFromLatest: true });
    await world.run();

    expect(told('quarantined')?.replacements).toEqual([
      {
        version: '1.0.0',
        imageVersionId: expect.stringMatching(/\/versions\/1\.0\.0$/),
        regions: ['westeurope'],
        link: expect.stringMatching(/^\/api\/entries\?id=.*1\.0\.0$/),
      },
    ]);
  });
});
