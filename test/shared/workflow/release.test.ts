import { beforeEach, describe, expect, it } from 'vitest';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const hour = 3_600_000;
const regions = ['westeurope', 'northeurope', 'uksouth'];
const rings = `${enforce}release:
  rings: [{ regions: [westeurope], soakHours: 24 }, { regions: [northeurope], soakHours: 2 }, {}]
`;

describe('rings of regions', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
    world.policyFile.text = rings;
  });

  const create = (version: string, options: { failsIn?: string[]; replicationMode?: 'Shallow' } = {}) =>
    world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions, ...options });
  const announced = (version: string) =>
    [...world.announcements.onTopic.values()].flatMap(({ type, properties, time }) =>
      properties.version === version && /published|notAvailable|releaseFinished|waiting/.test(type)
        ? [`${time.slice(5, 16)} ${type.split('.')[2]} ${properties.regions}`]
        : [],
    );

  it('are published one after the other, each after the soak of the one before, and announced as they are usable', async () => {
    create('1.0.0');
    await world.run({ forMs: hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    await world.run({ forMs: 24 * hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    await world.run({ forMs: 3 * hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0', uksouth: '1.0.0' });
    expect(announced('1.0.0')).toEqual([
      '11-22T08:02 published ,westeurope,'.replace('08:02', announced('1.0.0')[0]?.slice(6, 11) ?? ''),
      expect.stringMatching(/^11-23T08:0\d published ,northeurope,$/),
      expect.stringMatching(/^11-23T10:0\d published ,uksouth,$/),
    ]);
    expect(world.entriesOf('1.0.0').at(-1)?.fact).toEqual({
      type: 'published',
      regions,
      notAvailableIn: [],
      newRegions: ['uksouth'],
    });
    expect(world.openMarkers()).toEqual([]);
    expect(world.exposed.size).toBe(0);
    for (const { plan } of world.galleries.writes) expect(Object.keys(plan.regions).sort()).toEqual(regions.toSorted());
  });

  it('follow the rules of now: a ring that is added while the first soaks holds back its region, and the change is an entry', async () => {
    create('1.0.0');
    await world.run({ forMs: hour });
    world.policyFile.text = rings.replace('soakHours: 24', 'soakHours: 3');

    await world.run({ forMs: 4 * hour });

    expect(world.latest()).toMatchObject({ northeurope: '1.0.0' });
    expect(world.types('1.0.0').filter((type) => type === 'policyChanged')).toHaveLength(1);
  });

  it('leave a target region that is added during the soak excluded until its turn', async () => {
    create('1.0.0');
    await world.run({ forMs: hour });
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.targetRegions.push({ name: 'eastus' });
      version.replication = { ...version.replication, eastus: 'Completed' };
    });
    expect(world.latest()).toMatchObject({ eastus: '1.0.0' });

    await world.run({ forMs: hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    await world.run({ forMs: 27 * hour });

    expect(world.latest()).toMatchObject({ eastus: '1.0.0', uksouth: '1.0.0' });
  });

  it('end where somebody hides the version by hand, and go on when an operator publishes it again', async () => {
    create('1.0.0');
    await world.run({ forMs: hour });
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      for (const region of version.targetRegions) if (region.name === 'westeurope') region.excludeFromLatest = true;
    });
    await world.run({ forMs: 48 * hour });
    expect(world.latest()).toEqual({});
    expect(world.announced().filter((line) => line === '1.0.0 stopped')).toHaveLength(1);
    expect(world.openMarkers()).toEqual([]);
    await world.ask({ type: 'publishRequested', version: '1.0.0', reason: 'it was not the image' });

    await world.run({ forMs: 30 * hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0', uksouth: '1.0.0' });
  });

  it('keep what somebody published by hand before its turn', async () => {
    create('1.0.0');
    await world.run({ forMs: hour });
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      for (const region of version.targetRegions) if (region.name === 'uksouth') region.excludeFromLatest = false;
    });

    await world.run({ forMs: hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0', uksouth: '1.0.0' });
    expect(world.types('1.0.0')).toContain('regionsShownByHand');
  });

  it('hide a version nowhere that passed while nothing was written, is offered, and is then ordered', async () => {
    world.policyFile.text = rings.replace('enforce', 'test');
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', regions: regions.slice(0, 2) });
    await world.run({ forMs: hour });
    expect(world.types('1.0.0')).toContain('wouldPublish');
    world.policyFile.text = rings;
    await world.ask({ type: 'publishRequested', version: '1.0.0', reason: 'it is good' });
    await world.run({ forMs: hour });

    expect(world.galleries.writes).toEqual([]);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(world.types('1.0.0').slice(-2)).toEqual(['regionsShownByHand', 'releaseFinished']);
    expect(world.openMarkers()).toEqual([]);
  });

  it('go on with the rings where such a version is offered in some of its regions only', async () => {
    world.policyFile.text = rings.replace('enforce', 'test');
    create('1.0.0');
    const show = (name: string) =>
      world.galleries.edit(ubuntu, '1.0.0', (version) => {
        version.excludeFromLatest = false;
        for (const region of version.targetRegions) region.excludeFromLatest = region.name !== name;
      });
    await world.run({ forMs: hour });
    show('uksouth');
    world.policyFile.text = rings;
    await world.ask({ type: 'publishRequested', version: '1.0.0', reason: 'it is good' });
    await world.run({ forMs: hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.0', uksouth: '1.0.0' });
    await world.run({ forMs: 27 * hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0', uksouth: '1.0.0' });
    expect(world.types('1.0.0')).not.toContain('holdIntended');
  });

  it('hide it again when it fails a later test, and whoever shows it after that is found out', async () => {
    world.policyFile.text = rings.replace('enforce', 'test');
    world.galleries.create(ubuntu, '0.9.0', { sourceId: 'good', regions: ['westeurope'] });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', regions: ['westeurope'] });
    await world.run({ forMs: hour });
    world.policyFile.text = rings;
    for (const version of ['0.9.0', '1.0.0'])
      await world.ask({ type: 'publishRequested', version, reason: 'it is good' });
    await world.run({ forMs: hour });
    world.guests.healthy = { exitStatus: 3 };
    await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'a doubt' });
    await world.run({ forMs: hour });
    expect(world.latest()).toEqual({ westeurope: '0.9.0' });
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.excludeFromLatest = false;
      for (const region of version.targetRegions) region.excludeFromLatest = false;
    });
    await world.run({ forMs: hour });

    expect(world.types('1.0.0')).toContain('driftFound');
    expect(world.latest()).toEqual({ westeurope: '0.9.0' });
  });

  it('leave the last good version where it is when it fails a later test, whoever has published it', async () => {
    world.policyFile.text = rings.replace('enforce', 'test');
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', regions: ['westeurope'] });
    await world.run({ forMs: hour });
    world.policyFile.text = rings;
    await world.ask({ type: 'publishRequested', version: '1.0.0', reason: 'it is good' });
    await world.run({ forMs: hour });
    world.guests.healthy = { exitStatus: 3 };
    await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'a doubt' });
    await world.run({ forMs: hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.entriesOf('1.0.0').at(-1)?.fact).toMatchObject({ type: 'needsAttention', code: 'LastGood' });
  });

  it('end where they are when the mode is lowered, and say so', async () => {
    create('1.0.0');
    await world.run({ forMs: hour });
    const writes = world.galleries.writes.length;
    world.policyFile.text = rings.replace('enforce', 'test');
    await world.run({ forMs: 48 * hour });
    expect(world.galleries.writes).toHaveLength(writes);
    expect(announced('1.0.0').at(-1)).toMatch(/waiting/);
    world.policyFile.text = rings;

    await world.run({ forMs: 4 * hour });

    expect(Object.keys(world.latest())).toHaveLength(3);
  });
});

describe('a region without a replica', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
    world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope, northeurope] }, {}] }\n`;
  });

  const create = (failsIn: string[]) =>
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, regions, failsIn });
  const replicate = (region: string) =>
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.replication = { ...version.replication, [region]: 'Completed' };
    });

  it('does not hold the others: it is asked for once more, then left excluded and announced', async () => {
    create(['northeurope']);

    await world.run({ forMs: 2 * hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0', uksouth: '1.0.0' });
    expect(world.types('1.0.0').filter((type) => type === 'replicationRequested')).toHaveLength(1);
    expect(world.announced()).toContain('1.0.0 notAvailable');
    expect(world.openMarkers()).toEqual([]);
  });

  it('is late after the limit of the policy: Succeeded is not replicated (AgentBaker#8374)', async () => {
    create([]);
    world.galleries.edit(ubuntu, '1.0.0', () => undefined);
    world.time.moveTo(world.time.nowMs + 30_000);
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.replication = { ...version.replication, northeurope: 'Replicating' };
    });
    await world.run({ forMs: 5 * hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    await world.run({ forMs: 2 * hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.0', uksouth: '1.0.0' });
    replicate('northeurope');

    await world.run({ forMs: hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0', uksouth: '1.0.0' });
    expect(world.announced()).not.toContain('1.0.0 notAvailable');
  });

  it('is asked for once more after six hours where the policy names no limit, and given up six hours later', async () => {
    create([]);
    world.time.moveTo(world.time.nowMs + 30_000);
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.replication = { ...version.replication, northeurope: 'Replicating' };
    });
    await world.run({ forMs: 13 * hour, sweeps: false });

    const at = (type: string) =>
      world.entriesOf('1.0.0').flatMap(({ fact, at }) => (fact.type === type ? [at.slice(0, 14)] : []));
    expect(at('versionDetected')).toEqual(['2026-11-22T08:']);
    expect(at('replicationIntended')).toEqual(['2026-11-22T14:']);
    expect(at('regionsLeft')).toEqual(['2026-11-22T20:']);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', uksouth: '1.0.0' });
    expect(world.openMarkers()).toEqual([]);
  });

  it.each([
    ['is seen', true],
    ['is lost', false],
  ])('joins on its own, long after it was given up, when the event of its replica %s', async (_, seen) => {
    create(['northeurope']);
    await world.run({ forMs: 30 * hour });
    expect(world.openMarkers()).toEqual([]);
    if (!seen) world.route = () => [];
    replicate('northeurope');

    await world.run({ forMs: hour });

    expect(world.latest()).toMatchObject({ northeurope: '1.0.0' });
    expect(world.entriesOf('1.0.0').at(-1)?.fact).toMatchObject({ type: 'published', newRegions: ['northeurope'] });
    expect(world.openMarkers()).toEqual([]);
  });

  it('holds the rings behind its own where the policy says so', async () => {
    world.policyFile.text = `${enforce}release: { lateRegions: wait, rings: [{ regions: [westeurope, northeurope] }, {}] }\n`;
    create(['northeurope']);
    await world.run({ forMs: 24 * hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    replicate('northeurope');

    await world.run({ forMs: hour });

    expect(Object.keys(world.latest())).toHaveLength(3);
  });

  it('needs a person where it is every region, and goes on by itself when one arrives', async () => {
    create([]);
    world.time.moveTo(world.time.nowMs + 30_000);
    await world.run({ forMs: 60_000, sweeps: false });
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.replication = { westeurope: 'Failed', northeurope: 'Failed', uksouth: 'Failed' };
    });
    await world.run({ forMs: 3 * hour });
    expect(world.latest()).toEqual({});
    expect(world.announced()).toContain('1.0.0 needsAttention');
    replicate('uksouth');

    await world.run({ forMs: hour });

    expect(world.latest()).toEqual({ uksouth: '1.0.0' });
  });

  it('is not published from shallow replicas, until the policy says so', async () => {
    world.galleries.create(ubuntu, '1.0.0', {
      sourceId: 'healthy',
      excludeFromLatest: true,
      replicationMode: 'Shallow',
    });
    await world.run({ forMs: 2 * hour });
    expect(world.latest()).toEqual({});
    expect(world.announced().filter((line) => line === '1.0.0 waiting')).toHaveLength(1);
    world.policyFile.text = `${enforce}release: { shallowReplicas: publish }\n`;

    await world.run({ forMs: hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });
});

describe('a backport', () => {
  it('is tested, published, and announced as not the latest', async () => {
    const world = new World();
    world.galleries.create(ubuntu, '1.1.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    world.galleries.create(ubuntu, '1.0.5', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.1.0' });
    const summaries = [...world.announcements.onTopic.values()].map(({ data }) => data.summary);
    expect(summaries).toContain(
      'corpGallery/ubuntu-2404 1.0.5 is published in westeurope; published, not latest in westeurope',
    );
  });

  it('that counts to ten is the latest: 1.0.10 is later than 1.0.9 (terraform-provider-azurerm#10516)', async () => {
    const world = new World();
    for (const version of ['1.0.9', '1.0.10']) {
      world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true });
      await world.run();
    }

    expect(world.latest()).toEqual({ westeurope: '1.0.10' });
  });
});

describe('what else a write carries', () => {
  it('is the end of life as it was; a block that was not ours to set is found and announced (azure-cli#32375)', async () => {
    const world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async (definition, version, plan) => {
      await writeFlags(definition, version, plan);
      world.galleries.edit(definition, version, (edited) => {
        edited.endOfLifeDate = '2027-05-22T00:00:00.000Z';
        edited.safetyProfile.blockDeletionBeforeEndOfLife = true;
      });
    };

    await world.run();

    expect(world.galleries.writes[0]?.plan).toMatchObject({
      endOfLifeDate: null,
      blockDeletionBeforeEndOfLife: false,
    });
    expect(world.entriesOf('1.0.0').map(({ fact }) => fact)).toContainEqual({
      type: 'changedByOthers',
      lostRegions: [],
      endOfLifeDate: '2027-05-22T00:00:00.000Z',
      blockDeletionBeforeEndOfLife: true,
    });
    expect(world.announced()).toContain('1.0.0 changedByOthers');
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it.each([
    ['two times, is written again until it does', 2, { westeurope: '1.0.0' }, 2],
    ['ever, is asked about after five times, and not again', Number.POSITIVE_INFINITY, {}, 5],
  ])('that does not stick %s (azure-cli#8720)', async (_, times, latest, lost) => {
    const world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    let ignored = times;
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async (...args) => {
      if (ignored-- <= 0) await writeFlags(...args);
    };

    await world.run({ forMs: 600_000, sweeps: false });

    expect(world.types('1.0.0').filter((type) => type === 'galleryWriteLost')).toHaveLength(lost);
    expect(world.announced().filter((told) => told === '1.0.0 needsAttention')).toHaveLength(lost === 5 ? 1 : 0);
    expect(world.latest()).toEqual(latest);
  });

  it('is a target region that somebody added meanwhile: it is neither lost nor published before its turn (AgentBaker#9477)', async () => {
    const world = new World();
    world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope], soakHours: 24 }, {}] }\n`;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async (definition, version, plan) => {
      world.galleries.writeFlags = writeFlags;
      world.galleries.edit(definition, version, (edited) => {
        edited.targetRegions.push({ name: 'uksouth', excludeFromLatest: true });
        edited.replication = { ...edited.replication, uksouth: 'Completed' };
      });
      await writeFlags(definition, version, plan);
    };
    const shown = () => world.galleries.all()[0]?.version.targetRegions;

    await world.run({ forMs: hour });
    expect(shown()).toEqual([
      { name: 'westeurope', excludeFromLatest: false },
      { name: 'uksouth', excludeFromLatest: true },
    ]);
    await world.run({ forMs: 25 * hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.0', uksouth: '1.0.0' });
  });

  it('finds a target region that somebody dropped, and says so (AgentBaker#9477)', async () => {
    const world = new World();
    world.galleries.create(ubuntu, '1.0.0', {
      sourceId: 'healthy',
      excludeFromLatest: true,
      regions: ['westeurope', 'northeurope'],
    });
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async (definition, version, plan) => {
      world.galleries.writeFlags = writeFlags;
      await writeFlags(definition, version, plan);
      world.galleries.edit(definition, version, (edited) => {
        edited.targetRegions = edited.targetRegions.filter(({ name }) => name !== 'northeurope');
      });
    };

    await world.run();

    expect(world.entriesOf('1.0.0').map(({ fact }) => fact)).toContainEqual({
      type: 'changedByOthers',
      lostRegions: ['northeurope'],
    });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });
});
