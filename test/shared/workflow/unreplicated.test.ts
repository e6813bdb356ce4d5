import { beforeEach, describe, expect, it } from 'vitest';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const regions = ['westeurope', 'northeurope'];
const day = 24 * 3_600_000;

let world: World;
beforeEach(async () => {
  world = new World();
  world.policyFile.text = enforce;
  const adopted = { sourceId: 'old', createdAt: '2026-01-01T00:00:00.000Z', regions, failsIn: ['northeurope'] };
  world.galleries.create(ubuntu, '0.9.0', adopted);
  await world.run({ forMs: 600_000 });
});
const publish = async (version: string) => {
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions });
  await world.run({ forMs: 600_000 });
};

describe('a version that is offered in a region, and has no replica there (AgentBaker#8374)', () => {
  it('is no other good one: what fails when it is tested again stays where nothing else would be latest', async () => {
    await publish('1.0.0');
    world.guests.healthy = { exitStatus: 1 };
    await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'because' });
    await world.run();

    expect(world.latest()).toMatchObject({ northeurope: '1.0.0' });
  });

  it('is no other good one: what has come to its end stays where nothing else would be latest', async () => {
    world.policyFile.text = `${enforce}lifecycle: { endOfLife: { afterDays: 2, warnDays: [] } }\n`;
    await publish('1.0.0');
    await world.run({ forMs: 4 * day });

    expect(world.latest()).toMatchObject({ northeurope: '1.0.0' });
  });

  it('is no other good one: where another member of its group fails, a person is asked', async () => {
    const gen1 = { ...ubuntu, image: 'ubuntu-2404-gen1' };
    world.galleries.createDefinition(gen1);
    world.policyFile.text = `${enforce}groups: [{ name: noble, images: [ubuntu-2404, ubuntu-2404-gen1] }]\n`;
    world.galleries.create(gen1, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, regions });
    await publish('1.0.0');
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    await world.ask({ type: 'quarantineRequested', version: '1.0.0', reason: 'because' }, 'operator-1', gen1);
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '0.9.0', northeurope: '1.0.0' });
  });
});
