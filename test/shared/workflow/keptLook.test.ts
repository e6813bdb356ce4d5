import { describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../../shared/domain/entries.ts';
import { ubuntu, World } from '../../fakes/world.ts';

/** A version that passes, with something done to it by others during an effect of the last step of its test. */
async function publishWhile(
  effect: 'the evidence is saved' | 'the deletion of the virtual machine is asked for',
  act: (world: World) => void,
): Promise<{ world: World; entries: Entry[] }> {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  const { evidence, smokeTestVms } = world;
  const actOnce = vi.fn(() => actOnce.mock.calls.length === 1 && act(world));
  const [save, remove] = [evidence.save.bind(evidence), smokeTestVms.delete.bind(smokeTestVms)];
  evidence.save = async (...of) => {
    if (effect === 'the evidence is saved') actOnce();
    return save(...of);
  };
  smokeTestVms.delete = async (...of) => {
    if (effect !== 'the evidence is saved') actOnce();
    return remove(...of);
  };
  await world.run({ sweeps: false });
  const [log] = await world.auditLogs.list(`incarnations/${world.key()}/`);
  return { world, entries: (await world.auditLogs.read(log ?? '')).entries };
}

describe.each(['the evidence is saved', 'the deletion of the virtual machine is asked for'] as const)(
  'what a step has seen before %s',
  (effect) => {
    it('is not what the intent to publish is made of: a region that was added meanwhile stays', async () => {
      const { world, entries } = await publishWhile(effect, ({ galleries }) => {
        galleries.edit(ubuntu, '1.0.0', ({ targetRegions }) => targetRegions.push({ name: 'japaneast' }));
      });

      const intended = entries.find(({ fact }) => fact.type === 'publishIntended')?.fact;
      expect(intended).toMatchObject({ plan: { regions: { japaneast: true } } });
      expect(world.galleries.all()[0]?.version.targetRegions.map(({ name }) => name)).toContain('japaneast');
    });

    it('is not what is published: a version created anew meanwhile is held and tested first', async () => {
      const { world, entries } = await publishWhile(effect, ({ galleries, guests }) => {
        guests.broken = { exitStatus: 3 };
        galleries.remove(ubuntu, '1.0.0');
        galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
      });

      expect(entries.map(({ fact }) => fact.type)).not.toContain('publishIntended');
      expect(world.latest()).toEqual({});
      expect(world.announced()).toContain('1.0.0 quarantined');
    });
  },
);

describe('the steps of one publication', () => {
  it('list the versions where one may have changed, and read again only what an effect may have changed', async () => {
    const world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    const { galleries, smokeTestVms } = world;
    const [list, read, look] = [galleries.listVersions, galleries.getVersion, smokeTestVms.look];
    const calls = { lists: 0, reads: 0, looks: 0 };
    galleries.listVersions = (...of) => {
      calls.lists += 1;
      return list.apply(galleries, of);
    };
    galleries.getVersion = (...of) => {
      calls.reads += 1;
      return read.apply(galleries, of);
    };
    smokeTestVms.look = (...of) => {
      calls.looks += 1;
      return look.apply(smokeTestVms, of);
    };
    await world.run({ sweeps: false });

    expect(world.announced()).toContain('1.0.0 published');
    expect(world.galleries.writes).toHaveLength(1);
    // Three of the reads are for the write: for its intent, before it, and when Azure has told of its end.
    expect(calls).toEqual({ lists: 6, reads: 4, looks: 8 });
  });
});

describe('the serial log of a virtual machine', () => {
  /** Seconds since the launch of each look, and whether it was to be read. */
  async function asked(source: string): Promise<string[]> {
    const world = new World();
    world.guests.panicking = { serialLog: '[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs\n' };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: source, excludeFromLatest: true });
    const { smokeTestVms, time } = world;
    const look = smokeTestVms.look.bind(smokeTestVms);
    const looks: string[] = [];
    smokeTestVms.look = (vmName, wanted) => {
      const launchedAt = smokeTestVms.vms.get(vmName)?.createdAtMs ?? 0;
      if (smokeTestVms.vms.has(vmName)) looks.push(`${(time.nowMs - launchedAt) / 1_000} ${wanted.serialLog}`);
      return look(vmName, wanted);
    };
    await world.run({ sweeps: false });
    return looks;
  }

  it('is asked for where the guest is slow, or has answered', async () => {
    // Asked to restart after 60 seconds, it is not looked at for 20 more, whatever Azure tells of it.
    const unread = [35, 40, 50, 60, 80, 90].map((seconds) => `${seconds} whenOver`);
    expect(await asked('healthy')).toEqual([...unread, '92 false']);
  });

  it('shows a panic a minute after the launch, long before any time limit', async () => {
    expect(await asked('panicking')).toEqual(['35 whenOver', '40 whenOver', '50 whenOver', '60 true', '70 false']);
  });
});

describe('a launch that Azure refuses for good', () => {
  it('ends its run, and is not repeated', async () => {
    const world = new World();
    const refused = { code: 'SkuNotAvailable', message: 'not in this region', sync: true };
    world.guests.refused = { launchErrors: [refused, refused] };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'refused', excludeFromLatest: true });
    await world.run({ sweeps: false });

    expect(world.smokeTestVms.launches).toEqual([]);
    expect(world.announced()).toContain('1.0.0 inconclusive');
  });
});
