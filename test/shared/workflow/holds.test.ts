import { beforeEach, describe, expect, it } from 'vitest';
import { AdapterError } from '../../../shared/errors.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const forbidden = new AdapterError('not allowed', { code: 'AuthorizationFailed', retryable: false });

describe('what is not tested stays out of latest', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('holds a version as soon as the missing permission to write is granted, and tests it then', async () => {
    const refusing = async () => {
      throw forbidden;
    };
    world.wrap = (ports) => ({ ...ports, galleries: withMethods(ports.galleries, { writeFlags: refusing }) });
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken' });
    await world.run({ forMs: 600_000 });
    expect(world.announced()).toEqual(['1.0.0 detected', '1.0.0 needsAttention']);
    world.wrap = (ports) => ports;

    await world.run({ forMs: 3_600_000 });

    expect(world.latest()).toEqual({});
    expect(world.announced()).toContain('1.0.0 quarantined');
  });

  it('holds every new version before it launches anything', async () => {
    world.route = () => [];
    for (const patch of [0, 1, 2]) world.galleries.create(ubuntu, `1.0.${patch}`, { sourceId: 'healthy' });
    const order: string[] = [];
    world.wrap = (ports) => ({
      ...ports,
      galleries: withMethods(ports.galleries, {
        writeFlags: async (...args) => {
          order.push('hold');
          return ports.galleries.writeFlags(...args);
        },
      }),
      smokeTestVms: withMethods(ports.smokeTestVms, {
        launch: async (...args) => {
          order.push('launch');
          return ports.smokeTestVms.launch(...args);
        },
      }),
    });
    world.galleries.create(ubuntu, '0.9.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run();

    expect(order.slice(0, 4)).toEqual(['hold', 'hold', 'hold', 'launch']);
  });

  it('hides a version again whose flags are cleared by hand during its smoke test', async () => {
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.excludeFromLatest = false;
    });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });

    await world.run({ forMs: 5_000, sweeps: false });
    expect(world.latest()).toEqual({});
    await world.run();

    expect(world.types('1.0.0')).toContain('driftFound');
    expect(world.announced()).toContain('1.0.0 quarantined');
    expect(world.latest()).toEqual({});
  });

  it.each([
    ['quarantined', { exitStatus: 3 }],
    ['left inconclusive', { answer: '' }],
  ])('hides a version again that was %s and is shown by hand, and closes it again', async (_, guest) => {
    world.guests.broken = guest;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
    await world.run();
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.excludeFromLatest = false;
      for (const region of version.targetRegions) region.excludeFromLatest = false;
    });

    await world.run();

    expect(world.types('1.0.0').filter((type) => type === 'driftFound')).toHaveLength(1);
    const held = world.entriesOf('1.0.0').flatMap(({ fact }) => (fact.type === 'held' ? [fact] : []));
    expect(held.map(({ how }) => how)).toEqual(['bornHidden', 'written']);
    expect(held[1]?.exposedSeconds).toBeLessThan(10);
    expect(world.latest()).toEqual({});
    expect(world.smokeTestVms.launches).toHaveLength('exitStatus' in guest ? 1 : 2);
    expect(world.openMarkers()).toEqual([]);
  });

  it('records for each region how long a version was visible that was born so; none for one without a replica', async () => {
    world.galleries.onChange = () => undefined;
    const regions = ['westeurope', 'northeurope', 'uksouth'];
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', regions, failsIn: ['northeurope'] });
    await world.run({ forMs: 300_000 });

    const [held] = world.entriesOf('1.0.0').flatMap(({ fact }) => (fact.type === 'held' ? [fact] : []));
    // From publishedDate, which is one for all regions, to the one read that shows the version hidden in each of them.
    expect(world.galleries.all()[0]?.version.publishedDate).toBe('2026-11-22T08:00:00.000Z');
    expect(world.entriesOf('1.0.0').find(({ fact }) => fact.type === 'held')?.at).toBe('2026-11-22T08:00:32.000Z');
    expect(held?.exposed).toEqual({ westeurope: 32, uksouth: 32 });
    const [told] = [...world.announcements.onTopic.values()].filter(({ type }) => type.includes('.held.'));
    expect(told).toMatchObject({ data: { exposed: held?.exposed } });
  });

  it('finds a flag that was cleared by hand when the event of it is lost', async () => {
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
    await world.run();
    world.route = () => [];
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.excludeFromLatest = false;
    });

    await world.run();

    expect(world.latest()).toEqual({});
  });

  it('leaves a visible version alone that was inconclusive in mode test', async () => {
    world.policyFile.text = 'version: 1\nmode: test\n';
    world.guests.mute = { answer: '' };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'mute' });
    await world.run();
    world.policyFile.text = 'version: 1\nmode: enforce\n';

    await world.run();

    expect(world.announced()).toContain('1.0.0 inconclusive');
    expect(world.galleries.writes).toEqual([]);
  });

  it('leaves a published version as an operator sets it afterwards', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    const writes = world.galleries.writes.length;
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.excludeFromLatest = true;
    });

    await world.run();

    expect(world.galleries.writes).toHaveLength(writes);
    expect(world.allEntries().at(-1)?.fact).toEqual({
      type: 'latestChanged',
      region: 'westeurope',
      version: null,
      previous: '1.0.0',
    });
  });

  it('publishes a version to which a target region is added while it is being published', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async (definition, version, plan) => {
      await writeFlags(definition, version, plan);
      world.galleries.writeFlags = writeFlags;
      world.galleries.edit(definition, version, (edited) => edited.targetRegions.push({ name: 'northeurope' }));
    };

    await world.run();

    expect(world.announced()).toContain('1.0.0 published');
    expect(world.announced()).not.toContain('1.0.0 needsAttention');
  });

  it('ends with a failed creation although the version was held while it was being created', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, replicationMs: 60_000 });
    world.galleries.edit(ubuntu, '1.0.0', () => undefined);
    await world.run({ forMs: 30_000, sweeps: false });
    expect(world.types('1.0.0')).toContain('held');
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.provisioningState = 'Failed';
      version.replication = { westeurope: 'Failed' };
    });
    world.time.moveTo(world.time.nowMs);

    await world.run({ forMs: 20_000, sweeps: false });

    expect(world.announced()).toContain('1.0.0 creationFailed');
    expect(world.openMarkers()).toEqual([]);
  });

  it('tests a version whose failed creation is repeated under the same creation date', async () => {
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', replicationMs: 0 });
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.provisioningState = 'Failed';
      version.replication = { westeurope: 'Failed' };
    });
    world.time.moveTo(world.time.nowMs + 1);
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.provisioningState = 'Failed';
      version.replication = { westeurope: 'Failed' };
    });
    await world.run();
    expect(world.announced()).toContain('1.0.0 creationFailed');
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.provisioningState = 'Succeeded';
      version.replication = { westeurope: 'Completed' };
    });

    await world.run();

    expect(world.announced()).toContain('1.0.0 quarantined');
    expect(world.latest()).toEqual({});
  });

  it('tries the next region when the version does not get replicated to the first', async () => {
    world.galleries.create(ubuntu, '1.0.0', {
      sourceId: 'healthy',
      excludeFromLatest: true,
      regions: ['westeurope', 'northeurope'],
      failsIn: ['westeurope'],
    });
    world.policyFile.text = 'version: 1\nmode: enforce\nsmokeTest: { vmSizes: [a] }\n';

    await world.run();

    expect(world.latest()).toEqual({ northeurope: '1.0.0' });
  });

  it('records what an accepted write did although the mode is lowered before it is read back', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async (definition, version, plan) => {
      await writeFlags(definition, version, plan);
      world.policyFile.text = 'version: 1\nmode: test\n';
    };

    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.announced()).toContain('1.0.0 published');
    expect(world.announced()).not.toContain('1.0.0 wouldPublish');
  });

  it('applies nothing to a version that is created anew between two looks of one step', async () => {
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    const getVersion = world.galleries.getVersion.bind(world.galleries);
    let swapped = false;
    world.galleries.getVersion = async (definition, version) => {
      const passed = world.types('1.0.0').includes('verdictReached');
      if (passed && !swapped) {
        swapped = true;
        world.galleries.remove(definition, version);
        world.galleries.create(definition, version, { sourceId: 'broken', excludeFromLatest: true, replicationMs: 0 });
        world.time.moveTo(world.time.nowMs);
      }
      return getVersion(definition, version);
    };

    await world.run();

    expect(swapped).toBe(true);
    expect(world.exposed.size).toBe(0);
    expect(world.announced()).not.toContain('1.0.0 published');
    const [first] = world.entriesOf('1.0.0');
    const old = world.allEntries().filter(({ log }) => log === first?.log);
    expect(old.map(({ fact }) => fact.type)).not.toContain('publishIntended');
    expect(world.announced()).toContain('1.0.0 quarantined');
  });

  it('starts no write on a read that took longer than a step may take', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
    const { getVersion, writeFlags } = world.galleries;
    let reads = 0;
    const readsBeforeWrite: number[] = [];
    world.galleries.getVersion = async (...args) => {
      const seen = await getVersion.apply(world.galleries, args);
      if (++reads === 2) world.time.moveTo(world.time.nowMs + 100_000);
      return seen;
    };
    world.galleries.writeFlags = (...args) => {
      readsBeforeWrite.push(reads);
      return writeFlags.apply(world.galleries, args);
    };

    await world.run();

    expect(readsBeforeWrite[0]).toBeGreaterThan(2);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('does not take its own write for a new version when the answer to it is lost', async () => {
    world.galleries.resetsPublishedDate = true;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', withoutCreatedAt: true });
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async (...args) => {
      await writeFlags(...args);
      throw new AdapterError('answer lost', { code: 'Timeout', retryable: true });
    };

    await world.run();

    expect(world.announced().filter((line) => line === '1.0.0 detected')).toHaveLength(1);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });
});
