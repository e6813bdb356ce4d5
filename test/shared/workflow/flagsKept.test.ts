import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';
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
});
