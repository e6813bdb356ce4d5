import { beforeEach, describe, expect, it } from 'vitest';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const hour = 3_600_000;
let world: World;
beforeEach(() => {
  world = new World();
  world.guests.broken = { exitStatus: 1 };
});
const create = (version: string, sourceId = 'healthy') =>
  world.galleries.create(ubuntu, version, { sourceId, excludeFromLatest: true });

describe('a newer version', () => {
  it('that passed stops an older one that waits for a window; the window publishes one version, not three', async () => {
    world.policyFile.text = `${enforce}release: { windows: [{ days: [tue], from: '06:00', to: '16:00' }] }\n`;
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) {
      create(version);
      await world.run({ forMs: 2 * hour });
    }

    await world.run({ forMs: 48 * hour, sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.2' });
    expect(world.announced().filter((line) => line.endsWith(' published'))).toEqual(['1.0.2 published']);
    expect(world.announced().filter((line) => line.endsWith(' superseded'))).toEqual([
      '1.0.0 superseded',
      '1.0.1 superseded',
    ]);
  });

  it('that is not judged yet stops nothing: a release that has begun goes on through its rings, however many come', async () => {
    world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope], soakHours: 6 }, {}] }\n`;
    const regions = ['westeurope', 'northeurope'];
    for (let build = 0; build < 12; build += 1) {
      world.galleries.create(ubuntu, `1.0.${build}`, { sourceId: 'healthy', excludeFromLatest: true, regions });
      await world.run({ forMs: hour, sweeps: false });
    }

    expect(world.latest()).toEqual({ westeurope: '1.0.11', northeurope: '1.0.5' });
  });

  it('sets an older one aside that waits for a slot, which is taken up again when the newer one fails', async () => {
    world.policyFile.text = `${enforce}slots: { perRegion: 1 }\n`;
    create('0.9.0');
    await world.run({ forMs: 60_000, sweeps: false });
    create('1.0.0');
    await world.run({ forMs: 45_000, sweeps: false });
    create('1.0.1', 'broken');

    await world.run();

    expect(world.types('1.0.0')).toContain('setAside');
    expect(world.announced()).toContain('1.0.1 quarantined');
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });
});

describe('endless builds', () => {
  it('keep no version that passes from being published: it is set aside for two hours at most, and its test follows', async () => {
    world.policyFile.text = `${enforce}slots: { perRegion: 1 }\n`;
    world.guests.slow = { agentNever: true };
    create('0.9.0', 'slow');
    await world.run({ forMs: 60_000, sweeps: false });
    create('1.0.0');
    const createdAt = world.time.nowMs;
    // Faster than they can be judged: a newer one without a verdict is always there.
    for (let build = 1; world.time.nowMs < createdAt + 4 * hour; build += 1) {
      create(`1.0.${build}`, 'slow');
      await world.run({ forMs: 600_000, sweeps: false });
    }

    expect(world.types('1.0.0')).toContain('setAside');
    const published = world.allEntries().find(({ fact }) => fact.type === 'published');
    const afterHours = published && (Date.parse(published.at) - createdAt) / hour;
    expect(afterHours).toBeGreaterThan(2);
    expect(afterHours).toBeLessThan(4);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });
});

describe('endless builds that all pass', () => {
  const build = async (count: number) => {
    for (let patch = 0; patch < count; patch += 1) {
      create(`1.0.${patch}`);
      await world.run({ forMs: hour, sweeps: false });
    }
  };

  it('do not outrun people: what waits for an approval is published when it comes, however many are newer', async () => {
    world.policyFile.text = `${enforce}release: { gates: { approval: required } }\n`;
    await build(6);
    const superseded = () => world.announced().filter((line) => line.endsWith(' superseded'));
    expect(world.latest()).toEqual({});
    expect(superseded()).toEqual([]);
    const approve = { type: 'answerRequested' as const, answer: 'approve' as const, reason: 'tried out' };
    await world.ask({ ...approve, version: '1.0.2' });
    await world.run({ forMs: hour, sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.2' });
    expect(superseded()).toEqual(['1.0.0 superseded', '1.0.1 superseded']);
    await world.ask({ ...approve, version: '1.0.4' });
    await world.run({ forMs: hour, sweeps: false });
    expect(world.latest()).toEqual({ westeurope: '1.0.4' });
  });

  it('do not put off a window: each opening publishes the newest that is ready', async () => {
    world.policyFile.text = `${enforce}release: { windows: [{ from: '12:00', to: '12:30' }], atMostOncePer: day }\n`;
    await build(30);

    const published = world.allEntries().filter(({ fact }) => fact.type === 'published');
    expect(published.map(({ at }) => at.slice(5, 13))).toEqual(['11-22T12', '11-23T12']);
    expect(world.latest()).toEqual({ westeurope: '1.0.27' });
  });
});

describe('a test that counts', () => {
  it('publishes what was quarantined for a check that was wrong', async () => {
    create('1.0.0', 'broken');
    await world.run();
    expect(world.latest()).toEqual({});
    world.guests.broken = {};

    expect((await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'mended check' })).outcome).toBe(
      'accepted',
    );
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.openMarkers()).toEqual([]);
  });

  it('that fails quarantines a published version where another good one is left', async () => {
    create('1.0.0');
    await world.run();
    create('1.0.1', 'other');
    await world.run();
    world.guests.other = { exitStatus: 1 };

    await world.ask({ type: 'retestRequested', version: '1.0.1', reason: 'a report' });
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.announced()).toContain('1.0.1 quarantined');
  });

  it('never takes away the last good version: it asks (azuredevops-buildagents#103)', async () => {
    create('1.0.0', 'other');
    await world.run();
    world.guests.other = { exitStatus: 1 };

    await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'a report' });
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.announced()).toContain('1.0.0 needsAttention');
    create('1.0.1');
    await world.run();
    expect(world.latest()).toEqual({ westeurope: '1.0.1' });
    expect(world.announced()).toContain('1.0.0 quarantined');
  });
});
