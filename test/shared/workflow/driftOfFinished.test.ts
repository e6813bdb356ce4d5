import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';
import { diesAfterAppend } from '../../fakes/diesAfterAppend.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const two = ['westeurope', 'northeurope'];
const reason = 'CVE-2026-1234';

let world: World;
beforeEach(async () => {
  world = new World();
  for (const version of ['1.0.0', '1.0.1']) {
    world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions: two });
    await world.run();
  }
});

const edit = async (version: string, how: (found: ImageVersion) => void) => {
  world.galleries.edit(ubuntu, version, how);
  await world.run();
};
const setFlag = (name: string, excludeFromLatest: boolean) => (found: ImageVersion) => {
  for (const region of found.targetRegions) if (region.name === name) region.excludeFromLatest = excludeFromLatest;
};
const showIn = (name: string) => (found: ImageVersion) => {
  found.excludeFromLatest = false;
  setFlag(name, false)(found);
};
const announced = (type: string) =>
  [...world.announcements.onTopic.values()]
    .filter((each) => each.type === `imprimatur.imageVersion.${type}.v1`)
    .map(({ properties }) => `${properties.version} ${properties.regions}`);

describe('what somebody does by hand to a version whose release is over', () => {
  it('is found, audited and announced once where it is taken out of latest, and left as it is', async () => {
    const writes = world.galleries.writes.length;
    await edit('1.0.1', setFlag('westeurope', true));

    expect(announced('stopped')).toEqual(['1.0.1 ,westeurope,']);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.1' });
    await world.run({ forMs: 3_600_000 });
    expect(announced('stopped')).toHaveLength(1);
    await edit('1.0.1', (found) => {
      found.excludeFromLatest = true;
    });
    expect(announced('stopped')).toEqual(['1.0.1 ,westeurope,', '1.0.1 ,northeurope,']);
    expect(world.galleries.writes).toHaveLength(writes);
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it('is found where it is made visible after a rollback, and left as it is: it passed', async () => {
    await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason });
    await world.run();
    const writes = world.galleries.writes.length;

    await edit('1.0.1', showIn('northeurope'));

    expect(announced('shownByHand')).toEqual(['1.0.1 ,northeurope,']);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.1' });
    expect(world.galleries.writes).toHaveLength(writes);
    await edit('1.0.1', setFlag('northeurope', true));
    expect(announced('stopped')).toEqual(['1.0.1 ,northeurope,']);
    expect(world.openMarkers()).toEqual([]);
  });

  it('is found where a region is added that shows it', async () => {
    await edit('1.0.1', (found) => {
      found.targetRegions.push({ name: 'uksouth' });
      found.replication = { ...found.replication, uksouth: 'Completed' };
    });

    expect(announced('shownByHand')).toEqual(['1.0.1 ,uksouth,']);
    expect(world.latest()).toMatchObject({ uksouth: '1.0.1' });
  });

  it('is found by the sweep where its event is lost, and is announced once although the worker dies in between', async () => {
    world.route = () => [];
    world.wrap = diesAfterAppend();

    await edit('1.0.1', setFlag('westeurope', true));

    expect(announced('stopped')).toEqual(['1.0.1 ,westeurope,']);
    expect(world.types('1.0.1').filter((type) => type === 'releaseStopped')).toHaveLength(1);
    expect(world.openMarkers()).toEqual([]);
  });

  it('is not what the service does itself: rollback, quarantine, lift and publication again', async () => {
    await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason, regions: ['westeurope'] });
    await world.run();
    await world.ask({ type: 'quarantineRequested', version: '1.0.1', reason });
    await world.run();
    await world.ask({ type: 'liftRequested', version: '1.0.1', reason });
    await world.ask({ type: 'resumeRequested', reason });
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.1' });
    expect([...announced('stopped'), ...announced('shownByHand')]).toEqual([]);
  });
});
