import { beforeEach, describe, expect, it } from 'vitest';
import { effectiveLatest } from '../../../shared/domain/effectiveLatest.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

describe('events and first contact', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('adopts the 800 versions of a gallery as they are, and holds and tests the 801st', async () => {
    world.route = () => [];
    world.galleries.onChange = () => undefined;
    for (let patch = 0; patch < 800; patch += 1) {
      world.galleries.create(ubuntu, `1.0.${patch}`, { sourceId: 'anything', replicationMs: 0 });
    }
    world.time.moveTo(Date.parse('2026-11-22T08:01:00.000Z'));
    world.settings.takeChargeAt = '2026-11-22T08:01:00.000Z';
    const before = effectiveLatest(world.galleries.all().map(({ version }) => version));
    await world.run({ forMs: 900_000 });
    expect(world.galleries.writes).toEqual([]);
    expect(world.smokeTestVms.launches).toEqual([]);
    expect(world.announced()).toEqual([]);
    expect(effectiveLatest(world.galleries.all().map(({ version }) => version))).toEqual(before);

    world.route = () => [0];
    world.guests.broken = { exitStatus: 1 };
    world.galleries.create(ubuntu, '1.0.800', { sourceId: 'broken', excludeFromLatest: true });
    await world.run({ sweeps: false });

    expect(world.announced()).toEqual(['1.0.800 detected', '1.0.800 held', '1.0.800 quarantined']);
    expect(world.latest()).toEqual({ westeurope: '1.0.799' });
    expect(world.smokeTestVms.launches).toHaveLength(1);
  });

  it.each([
    ['is seen', false],
    ['is lost', true],
  ])(
    'quarantines a published version that is created anew with a broken guest when the deletion %s',
    async (_, lost) => {
      world.guests.broken = { exitStatus: 3 };
      world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
      await world.run({ sweeps: false });
      if (lost) world.route = () => [];
      world.galleries.remove(ubuntu, '1.0.0');
      world.route = () => [0];
      world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken' });

      await world.run();

      expect(world.latest()).toEqual({});
      expect(world.announced().filter((line) => line === '1.0.0 quarantined')).toHaveLength(1);
      expect(world.announced()).toContain('1.0.0 deleted');
    },
  );

  it('tests a version again that a promote step deletes and writes anew; until then the one before is latest (kubernetes-sigs/image-builder)', async () => {
    for (const version of ['1.0.0', '1.0.1']) {
      world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true });
      await world.run();
    }
    world.galleries.remove(ubuntu, '1.0.1');
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy' });
    const latest: unknown[] = [];
    world.galleries.onChange = () => void latest.push(world.latest().westeurope);

    await world.run();

    expect(latest.at(-1)).toBe('1.0.1');
    expect(latest.slice(-2)).toEqual(['1.0.0', '1.0.1']);
    expect(world.smokeTestVms.launches).toHaveLength(3);
    expect(world.announced().filter((line) => line.startsWith('1.0.1'))).toEqual([
      '1.0.1 detected',
      '1.0.1 held',
      '1.0.1 candidate',
      '1.0.1 published',
      '1.0.1 deleted',
      '1.0.1 detected',
      '1.0.1 held',
      '1.0.1 candidate',
      '1.0.1 published',
    ]);
  });

  it('does not take its own write for a new version where only publishedDate tells incarnations apart', async () => {
    world.galleries.resetsPublishedDate = true;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', withoutCreatedAt: true });

    await world.run();

    expect(world.announced().filter((line) => line.endsWith('published'))).toEqual(['1.0.0 published']);
    expect(world.smokeTestVms.launches).toHaveLength(1);
  });

  it('does not take its own write for a new version when Azure is done with it within the same step', async () => {
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async (...args) => {
      await writeFlags(...args);
      world.time.moveTo(world.time.nowMs + 3_000);
    };
    world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope], soakHours: 0.1 }, {}] }\n`;
    world.galleries.resetsPublishedDate = true;
    const regions = ['westeurope', 'northeurope'];
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', withoutCreatedAt: true, regions });

    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(world.smokeTestVms.launches).toHaveLength(1);
    expect(world.announced()).not.toContain('1.0.0 deleted');
  });

  it('writes and announces nothing when the event of its own write comes back, again and again', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
    await world.run({ sweeps: false });
    const [writes, announced] = [world.galleries.writes.length, world.announced().length];

    for (let copy = 0; copy < 5; copy += 1) world.galleries.edit(ubuntu, '1.0.0', () => undefined);
    await world.run();

    expect(world.galleries.writes).toHaveLength(writes);
    expect(world.announced()).toHaveLength(announced);
  });

  it('reaches the same end when every event is lost: the sweep finds the version, its VM and its write', async () => {
    world.route = () => [];
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.openMarkers()).toEqual([]);
  });

  it('notes the latest of a version that it only observes, where the event of its last replica is lost', async () => {
    world.policyFile.text = 'version: 1\nmode: observe\n';
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', replicationMs: 400_000 });
    await world.run({ forMs: 360_000 });
    expect(world.types('1.0.0')).toContain('observed');
    expect(world.types('1.0.0')).toHaveLength(2);
    world.route = () => [];

    await world.run({ forMs: 600_000 });

    expect(notedLatest(world)).toEqual([['westeurope', '1.0.0']]);
  });

  it('notes the latest where an adopted version is hidden by hand and the event is lost, and then wakes no more', async () => {
    world.galleries.onChange = () => undefined;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'anything', createdAt: '2026-11-21T00:00:00.000Z' });
    await world.run();
    world.route = () => [];
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.excludeFromLatest = true;
    });

    await world.run();

    expect(notedLatest(world)).toEqual([
      ['westeurope', '1.0.0'],
      ['westeurope', null],
    ]);
  });

  it('is not woken for a region that never gets its replica', async () => {
    world.galleries.onChange = () => undefined;
    const options = { regions: ['westeurope', 'uksouth'], failsIn: ['uksouth'], createdAt: '2026-11-21T00:00:00.000Z' };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'anything', ...options });
    await world.run();
    const read = await world.auditLogs.read(`definitions/${world.key()}`);

    await world.run();

    expect(notedLatest(world)).toEqual([['westeurope', '1.0.0']]);
    expect((await world.auditLogs.read(`definitions/${world.key()}`)).position).toBe(read.position);
  });

  it('keeps at most one timer for an instant, however many events arrive during a wait', async () => {
    world.route = () => [0, 0, 1_000, 2_000, 3_000];
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 35_000, sweeps: false });

    const timers = world.wakeUps.messages.filter(({ body }) => 'dueAt' in body).map(({ atMs }) => atMs);

    expect(new Set(timers).size).toBe(timers.length);
    expect(timers.length).toBeLessThanOrEqual(2);
  });

  it("ignores an event of a gallery in nobody's charge, and of a VM that is not its own", async () => {
    const { receiveEvent } = await import('../../../shared/workflow/receiveEvent.ts');
    const type = 'Microsoft.Resources.ResourceWriteSuccess';
    const foreign =
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/other/images/i/versions/1.0.0';
    const vm = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web-1';

    const results = await Promise.all(
      [foreign, vm, '/subscriptions/s', ''].map((subject) =>
        receiveEvent(world.ports, world.settings, { id: 'e', type, subject }),
      ),
    );

    expect(results.map((result) => result.kind)).toEqual(['ignored', 'ignored', 'ignored', 'ignored']);
    expect(world.wakeUps.sent).toBe(0);
  });
});

describe('image definitions that come and go', () => {
  it('tests a version anew after its definition was deleted and created again', async () => {
    const world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    const list = world.galleries.listVersions.bind(world.galleries);
    world.galleries.remove(ubuntu, '1.0.0');
    world.galleries.listVersions = async () => undefined;
    await world.run();
    expect(world.announced()).toContain('1.0.0 deleted');
    expect(world.openMarkers()).toEqual([]);
    world.galleries.listVersions = list;
    world.guests.broken = { exitStatus: 3 };

    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken' });
    await world.run();

    expect(world.latest()).toEqual({});
    expect(world.announced()).toContain('1.0.0 quarantined');
  });

  it('holds and tests an adopted version that is created anew', async () => {
    const world = new World();
    world.settings.takeChargeAt = '2026-11-22T08:00:01.000Z';
    world.galleries.onChange = () => undefined;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', replicationMs: 0 });
    await world.run();
    expect(world.announced()).toEqual([]);
    world.guests.broken = { exitStatus: 3 };
    world.galleries.remove(ubuntu, '1.0.0');
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken' });

    await world.run();

    expect(world.latest()).toEqual({});
    expect(world.announced()).toContain('1.0.0 quarantined');
  });

  it('closes the run of a version that is created anew under it, and runs the new one', async () => {
    const world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    world.guests.broken = { exitStatus: 3 };
    world.galleries.remove(ubuntu, '1.0.0');
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });

    await world.run();

    expect(world.smokeTestVms.launches).toHaveLength(2);
    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(world.announced()).toContain('1.0.0 quarantined');
    expect(world.announced()).not.toContain('1.0.0 published');
    expect(world.openMarkers()).toEqual([]);
  });

  it('holds twenty versions of one definition before it launches the first VM, and publishes all', async () => {
    const world = new World();
    world.galleries.onChange = () => undefined;
    world.policyFile.text = 'version: 1\nmode: enforce\nslots: { perRegion: 5 }\n';
    for (let patch = 0; patch < 20; patch += 1) world.galleries.create(ubuntu, `1.0.${patch}`, { sourceId: 'healthy' });

    await world.run({ forMs: 60_000, sweeps: false });
    expect(world.galleries.writes).toHaveLength(20);
    await world.run({ sweeps: false });

    expect(world.announced().filter((line) => line.endsWith('published'))).toHaveLength(20);
    expect(world.smokeTestVms.mostAtOnce).toBe(5);
    expect(world.openMarkers()).toEqual([]);
  });
});

function notedLatest(world: World): (string | null)[][] {
  return world.allEntries().flatMap(({ fact }) => (fact.type === 'latestChanged' ? [[fact.region, fact.version]] : []));
}
