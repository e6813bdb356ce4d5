import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageDefinitionId } from '../../../shared/domain/ids.ts';
import { findFailed, retestFailed } from '../../../shared/workflow/retestFailed.ts';
import { whyForeign } from '../../../shared/workflow/whyForeign.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const windows: ImageDefinitionId = { ...ubuntu, image: 'windows-2025' };

describe('a test again of all that did not pass', () => {
  let world: World;
  let since: string;
  beforeEach(async () => {
    world = new World();
    world.galleries.createDefinition(windows);
    world.guests.flawed = { exitStatus: 1 };
    world.guests.mute = { answer: '' };
    await create('0.9.0', 'flawed');
    since = world.time.now();
    await create('1.0.0', 'flawed');
    await create('1.1.0', 'healthy');
    await create('2.0.0', 'mute', windows);
  });
  const create = async (version: string, sourceId: string, of = ubuntu) => {
    world.galleries.create(of, version, { sourceId, excludeFromLatest: true });
    await world.run();
  };
  const found = async () =>
    (await findFailed(world.ports, whyForeign(world.ports, world.settings), since)).map(
      ({ version, verdict }) => `${version} ${verdict}`,
    );
  const ask = () =>
    retestFailed(
      world.ports,
      whyForeign(world.ports, world.settings),
      { since, reason: 'mended' },
      { actor: 'operator-1', requestId: 'one' },
    );

  it('finds failed and inconclusive versions of every image definition since an instant, and changes nothing', async () => {
    const before = world.allEntries().length;

    expect(await found()).toEqual(['1.0.0 failed', '2.0.0 inconclusive']);
    expect(world.allEntries()).toHaveLength(before);
  });

  it('has each tested by a request of its own, whose verdict counts; what is on its way is not asked for twice', async () => {
    world.guests.flawed = {};
    world.guests.mute = {};

    expect(await ask()).toMatchObject({ asked: [{ version: '1.0.0' }, { version: '2.0.0' }], left: 0 });
    expect(await found()).toEqual([]);
    expect(await ask()).toEqual({ asked: [], left: 0 });
    await world.run();

    expect(await found()).toEqual([]);
    expect(world.latest(windows)).toEqual({ westeurope: '2.0.0' });
    // A newer version has passed meanwhile.
    expect(world.latest()).toEqual({ westeurope: '1.1.0' });
    const asked = world.allEntries().filter(({ fact }) => fact.type === 'retestRequested');
    expect(asked.map(({ actor }) => actor)).toEqual(['operator-1', 'operator-1']);
  });

  it('finds them again where they fail again', async () => {
    await ask();
    await world.run();

    expect(await found()).toContain('1.0.0 failed');
  });
});
