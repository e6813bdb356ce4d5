import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const two = ['westeurope', 'northeurope'];
const uksouth = { name: 'uksouth', replicaCount: 3, storageAccountType: 'Standard_ZRS' };
const before = '2028-01-01T00:00:00.000Z';
const moved = '2029-01-01T00:00:00.000Z';

let world: World;
beforeEach(() => {
  world = new World();
});

/** Born visible, so that the hold knows the version as it was before anybody changed it. */
async function hold(): Promise<void> {
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', regions: two, replicationMs: 1_000 });
  world.galleries.edit(ubuntu, '1.0.0', (version) => {
    version.endOfLifeDate = before;
  });
  await world.run({ forMs: 20_000 });
  expect(world.types('1.0.0')).toContain('held');
}

const edit = (how: (version: ImageVersion) => void) => world.galleries.edit(ubuntu, '1.0.0', how);
const add = (region: ImageVersion['targetRegions'][number]) => (version: ImageVersion) => {
  version.targetRegions.push({ ...region });
  version.replication = { ...version.replication, [region.name]: 'Completed' };
};

/** Another writer, who has read the version now, and writes all of it back soon after the next publication. */
function writesBack(change: (stale: ImageVersion) => void): void {
  const [found] = world.galleries.all();
  let stale = structuredClone(found?.version);
  const writeFlags = world.galleries.writeFlags.bind(world.galleries);
  world.galleries.writeFlags = async (definition, version, plan) => {
    await writeFlags(definition, version, plan);
    const written = stale;
    if (plan.excludeFromLatest || !written) return;
    stale = undefined;
    change(written);
    world.time.after(1_000, () =>
      edit((version) => {
        version.excludeFromLatest = written.excludeFromLatest;
        version.targetRegions = written.targetRegions;
        version.endOfLifeDate = written.endOfLifeDate ?? before;
      }),
    );
  };
}

const factsOf = (...types: string[]) =>
  world.entriesOf('1.0.0').flatMap(({ fact }) => (types.includes(fact.type) ? [fact] : []));
const regionsNow = () => world.galleries.all()[0]?.version.targetRegions;

describe('an update of somebody else that a third writer took back together with ours', () => {
  it('is written again once: the region and the end of life, and what the third one wants stays (AgentBaker#9477)', async () => {
    await hold();
    writesBack(add({ name: 'eastus' }));
    edit(add(uksouth));
    edit((version) => {
      version.endOfLifeDate = moved;
    });

    await world.run();

    expect(regionsNow()).toEqual([
      { name: 'westeurope', excludeFromLatest: false },
      { name: 'northeurope', excludeFromLatest: false },
      // Without a replica: it waits for its turn.
      { name: 'eastus', excludeFromLatest: true },
      { ...uksouth, excludeFromLatest: false },
    ]);
    expect(world.galleries.all()[0]?.version.endOfLifeDate).toBe(moved);
    const restored = { type: 'othersRestored', regions: ['uksouth'], endOfLifeDate: moved };
    expect(factsOf('othersRestored', 'changedByOthers')).toEqual([restored]);
    expect(world.announced()).toContain('1.0.0 othersRestored');
    expect(world.exposed).toEqual(new Set(['1.0.0 in westeurope', '1.0.0 in northeurope']));
  });

  it('is left and told where it is lost again: nobody is fought', async () => {
    await hold();
    writesBack(() => undefined);
    edit(add(uksouth));
    const writeFlags = world.galleries.writeFlags;
    let restorations = 0;
    world.galleries.writeFlags = async (definition, version, plan) => {
      await writeFlags(definition, version, plan);
      if (!plan.restores) return;
      restorations += 1;
      edit((found) => {
        found.targetRegions = found.targetRegions.filter(({ name }) => name !== 'uksouth');
      });
    };

    await world.run();

    expect(restorations).toBe(1);
    expect(factsOf('othersRestored', 'changedByOthers')).toEqual([
      { type: 'changedByOthers', lostRegions: ['uksouth'] },
    ]);
  });
});

describe('a change that is not known to be a lost one', () => {
  it('is left: a region that was always there is taken away together with our flags', async () => {
    await hold();
    writesBack((stale) => {
      stale.targetRegions = stale.targetRegions.filter(({ name }) => name !== 'northeurope');
    });

    await world.run();

    expect(regionsNow()?.map(({ name }) => name)).toEqual(['westeurope']);
    expect(factsOf('othersRestored', 'changedByOthers')).toMatchObject([{ lostRegions: ['northeurope'] }]);
  });

  it('is left: what was added is taken away again by one who leaves our flags as they are', async () => {
    await hold();
    edit(add(uksouth));
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async (...args) => {
      world.galleries.writeFlags = writeFlags;
      await writeFlags(...args);
      edit((version) => {
        version.targetRegions = version.targetRegions.filter(({ name }) => name !== 'uksouth');
      });
    };

    await world.run();

    expect(regionsNow()?.map(({ name }) => name)).toEqual(two);
    expect(factsOf('othersRestored', 'changedByOthers')).toMatchObject([{ lostRegions: ['uksouth'] }]);
  });
});
