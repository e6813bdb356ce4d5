import { beforeEach, describe, expect, it } from 'vitest';
import type { FlagPlan } from '../../../shared/domain/flagPlan.ts';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { acceptRequest } from '../../../shared/workflow/acceptRequest.ts';
import { editOnIntent } from '../../fakes/editOnIntent.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const day = 24 * 3_600_000;
const two = ['westeurope', 'northeurope'];

let world: World;
beforeEach(() => {
  world = new World();
});

async function publish(version: string, regions = two): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions });
  await world.run({ forMs: 600_000 });
}

const hideIn = (region: string) => (version: ImageVersion) => {
  for (const target of version.targetRegions) if (target.name === region) target.excludeFromLatest = true;
};

function offeredIn(version: string): string[] {
  const found = world.galleries.all().find((each) => each.version.version === version)?.version;
  if (!found || found.excludeFromLatest) return [];
  return found.targetRegions.filter(({ excludeFromLatest }) => excludeFromLatest !== true).map(({ name }) => name);
}

/** Azure is busy at the first write like this: somebody hides 1.0.0 in northeurope, and it is ordered to be published. */
function orderInsteadOfWrite(isIt: (plan: FlagPlan) => boolean): void {
  const writeFlags = world.galleries.writeFlags.bind(world.galleries);
  world.galleries.writeFlags = async (...args) => {
    if (!isIt(args[2])) return writeFlags(...args);
    world.galleries.writeFlags = writeFlags;
    world.galleries.edit(ubuntu, '1.0.0', hideIn('northeurope'));
    const fact = { type: 'publishRequested' as const, version: '1.0.0', reason: 'because' };
    await acceptRequest(world.ports, { definition: ubuntu, id: 'publish', actor: 'operator-1', fact });
    throw new AdapterError('busy', { code: 'Conflict', retryable: true });
  };
}

describe('flags that a write only repeats, and somebody changes between its intent and the write, stay as they are', () => {
  it('where a replication is asked for again', async () => {
    editOnIntent(world, 'replicationIntended', '1.0.0', (version) => {
      version.excludeFromLatest = false;
      for (const target of version.targetRegions) target.excludeFromLatest = false;
    });
    world.galleries.create(ubuntu, '1.0.0', {
      sourceId: 'healthy',
      excludeFromLatest: true,
      regions: two,
      failsIn: ['northeurope'],
    });

    await world.run({ forMs: 3_600_000 });

    expect(world.types('1.0.0')).toContain('regionsShownByHand');
    expect(offeredIn('1.0.0')).toEqual(two);
    expect(world.galleries.writes.map(({ plan }) => plan.excludeFromLatest)).not.toContain(true);
  });

  it('where it is given an end of life', async () => {
    world.policyFile.text = `${enforce}lifecycle: { endOfLife: { supersededAfterDays: 30 } }\n`;
    await publish('1.0.0');
    editOnIntent(world, 'endOfLifeIntended', '1.0.0', hideIn('northeurope'));

    await publish('1.0.1');
    await world.run({ forMs: day });

    expect(world.types('1.0.0')).toContain('endOfLifeSet');
    expect(offeredIn('1.0.0')).toEqual(['westeurope']);
  });

  it('where it is given an end of life, and is ordered to be published before Azure takes the write: that is over', async () => {
    world.policyFile.text = `${enforce}lifecycle: { endOfLife: { supersededAfterDays: 30 } }\n`;
    await publish('1.0.0');
    orderInsteadOfWrite(({ setEndOfLife }) => setEndOfLife !== undefined);
    await publish('1.0.1');
    await world.run();

    expect(offeredIn('1.0.0')).toEqual(['westeurope']);
    expect(world.types('1.0.0')).toEqual(expect.arrayContaining(['publicationOrdered', 'releaseStopped']));
    expect(world.openMarkers()).toEqual([]);
  });

  it('where it is retired in another region', async () => {
    world.policyFile.text = `${enforce}lifecycle: { endOfLife: { afterDays: 2, warnDays: [] } }\n`;
    await publish('1.0.0');
    await publish('1.0.1', ['westeurope']);
    editOnIntent(world, 'retirementIntended', '1.0.0', hideIn('northeurope'));

    await world.run({ forMs: 3 * day });

    expect(world.types('1.0.0')).toContain('retirementIntended');
    expect(offeredIn('1.0.0')).toEqual([]);
  });

  it('where it is rolled back in another region', async () => {
    await publish('1.0.0');
    await publish('1.0.1');
    editOnIntent(world, 'withdrawalIntended', '1.0.1', hideIn('northeurope'));
    await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason: 'because', regions: ['westeurope'] });

    await world.run({ forMs: 3_600_000 });

    expect(world.types('1.0.1')).toContain('withdrawn');
    expect(offeredIn('1.0.1')).toEqual([]);
  });

  describe('where the policy undoes what was done by hand in another region', () => {
    const told = () => world.announced().filter((each) => /stopped|handEditUndone/.test(each));
    const hideByHand = async (region: string) => {
      world.galleries.edit(ubuntu, '1.0.0', hideIn(region));
      await world.run();
    };
    beforeEach(async () => {
      world.policyFile.text = `${enforce}drift: { flags: undo }\n`;
      await publish('1.0.0');
    });

    it('until it is their turn: each is told, and undone', async () => {
      editOnIntent(world, 'handEditUndoIntended', '1.0.0', hideIn('northeurope'));
      await hideByHand('westeurope');

      expect(told()).toEqual(['1.0.0 stopped', '1.0.0 handEditUndone', '1.0.0 stopped', '1.0.0 handEditUndone']);
      expect(offeredIn('1.0.0')).toEqual(two);
      expect(world.openMarkers()).toEqual([]);
    });

    it('and for good where the same was undone before', async () => {
      await hideByHand('northeurope');
      editOnIntent(world, 'handEditUndoIntended', '1.0.0', hideIn('northeurope'));
      await hideByHand('westeurope');

      expect(told().slice(2)).toEqual(['1.0.0 stopped', '1.0.0 handEditUndone', '1.0.0 stopped']);
      expect(offeredIn('1.0.0')).toEqual(['westeurope']);
    });

    it('also when they are changed after the write, before it is read back', async () => {
      const writeFlags = world.galleries.writeFlags.bind(world.galleries);
      await hideByHand('northeurope');
      world.galleries.writeFlags = async (...args) => {
        await writeFlags(...args);
        world.galleries.writeFlags = writeFlags;
        world.time.after(100, () => world.galleries.edit(ubuntu, '1.0.0', hideIn('northeurope')));
      };
      await hideByHand('westeurope');

      expect(told().slice(2)).toEqual(['1.0.0 stopped', '1.0.0 handEditUndone', '1.0.0 stopped']);
      expect(offeredIn('1.0.0')).toEqual(['westeurope']);
    });

    it('also when it is ordered to be published before Azure takes the write', async () => {
      await publish('1.0.1');
      orderInsteadOfWrite(() => true);
      await hideByHand('westeurope');

      expect(told()).toEqual(['1.0.0 stopped', '1.0.0 handEditUndone', '1.0.0 stopped', '1.0.0 handEditUndone']);
      expect(world.types('1.0.0').at(-1)).toBe('releaseFinished');
      expect(offeredIn('1.0.0')).toEqual(two);
      expect(world.openMarkers()).toEqual([]);
    });
  });
});
