import { beforeEach, expect, it } from 'vitest';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';
import { editOnIntent } from '../../fakes/editOnIntent.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const regions = ['westeurope', 'northeurope', 'uksouth'];
const rings = `${enforce}release:\n  rings: [{ regions: [westeurope], soakHours: 24 }, {}]\n`;

let world: World;
beforeEach(() => {
  world = new World();
  world.policyFile.text = rings;
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, regions });
});

const show = (...names: string[]) =>
  editOnIntent(world, 'publishIntended', '1.0.0', (version) => {
    version.excludeFromLatest = false;
    for (const region of version.targetRegions) region.excludeFromLatest = !names.includes(region.name);
  });

it('where somebody shows a version that passed between the intent to publish it and the write, no region is taken from it', async () => {
  show(...regions);

  await world.run({ forMs: 3_600_000 });

  expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0', uksouth: '1.0.0' });
  for (const { plan } of world.galleries.writes.filter(({ plan }) => !plan.excludeFromLatest))
    expect(Object.values(plan.regions)).not.toContain(true);
  expect(world.types('1.0.0')).toContain('regionsShownByHand');
  expect(world.openMarkers()).toEqual([]);
  expect(world.brokenChains()).toEqual([]);
});

it('where somebody shows it after the write was accepted and before it is read back, no region is taken from it either', async () => {
  const writeFlags = world.galleries.writeFlags.bind(world.galleries);
  world.galleries.writeFlags = async (definition, version, plan) => {
    await writeFlags(definition, version, plan);
    if (plan.excludeFromLatest) return;
    world.galleries.writeFlags = writeFlags;
    world.time.after(world.galleries.updateMs, () =>
      world.galleries.edit(ubuntu, '1.0.0', (edited) => {
        for (const region of edited.targetRegions) region.excludeFromLatest = false;
      }),
    );
  };

  await world.run({ forMs: 3_600_000 });

  expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0', uksouth: '1.0.0' });
  expect(world.types('1.0.0')).toContain('regionsShownByHand');
  expect(world.types('1.0.0')).not.toContain('galleryWriteLost');
  expect(world.openMarkers()).toEqual([]);
});

it('a region of a later ring that is shown meanwhile stays so, and the ring whose turn it is comes too', async () => {
  show('uksouth');

  await world.run({ forMs: 3_600_000 });

  expect(world.latest()).toEqual({ westeurope: '1.0.0', uksouth: '1.0.0' });
  await world.run({ forMs: 25 * 3_600_000 });
  expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0', uksouth: '1.0.0' });
});

it.each([
  [
    'in the region of the first ring',
    (version: ImageVersion) => {
      for (const region of version.targetRegions) region.excludeFromLatest = true;
    },
  ],
  [
    'everywhere',
    (version: ImageVersion) => {
      version.excludeFromLatest = true;
    },
  ],
])(
  'taken back %s between the intent to publish the next ring and the write, it stays so, and its release stops',
  async (_, how) => {
    await world.run({ forMs: 3_600_000 });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    editOnIntent(world, 'publishIntended', '1.0.0', how);

    await world.run({ forMs: 30 * 3_600_000 });

    expect(world.latest()).toEqual({});
    expect(world.types('1.0.0')).toContain('releaseStopped');
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  },
);

it('where somebody shows it by the flag of the version alone, the regions of later rings, which have none, stay shown', async () => {
  editOnIntent(world, 'publishIntended', '1.0.0', (version) => {
    version.excludeFromLatest = false;
  });

  await world.run({ forMs: 3_600_000 });

  expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0', uksouth: '1.0.0' });
  for (const { plan } of world.galleries.writes) expect(Object.values(plan.regions)).not.toContain(true);
  expect(world.types('1.0.0')).toContain('regionsShownByHand');
});

it('taken back where it was published after the write of the next ring was accepted, it stays so: that write is not lost', async () => {
  await world.run({ forMs: 3_600_000 });
  const writeFlags = world.galleries.writeFlags.bind(world.galleries);
  world.galleries.writeFlags = async (...args) => {
    await writeFlags(...args);
    world.galleries.writeFlags = writeFlags;
    world.time.after(world.galleries.updateMs, () =>
      world.galleries.edit(ubuntu, '1.0.0', (version) => {
        version.excludeFromLatest = true;
      }),
    );
  };

  await world.run({ forMs: 30 * 3_600_000 });

  expect(world.latest()).toEqual({});
  expect(world.types('1.0.0')).toContain('releaseStopped');
  expect(world.types('1.0.0')).not.toContain('galleryWriteLost');
});
