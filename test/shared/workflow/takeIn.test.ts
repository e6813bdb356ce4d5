import { beforeEach, describe, expect, it } from 'vitest';
import { foldDefinition } from '../../../shared/domain/definitionState.ts';
import { definitionLog } from '../../../shared/workflow/log.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const createdAt = '2026-01-01T00:00:00.000Z';
const day = 24 * 3_600_000;

let world: World;
beforeEach(() => {
  world = new World();
  world.guests.broken = { exitStatus: 3 };
  world.guests.mute = { answer: '' };
  // What was there before the service is visible untested: that is what adopted means.
  world.galleries.onChange = () => undefined;
});

const takeIn = (version: string) => world.ask({ type: 'takeInRequested', version, reason: 'all of them' });
async function adopt(version: string, sourceId: string, excludeFromLatest = false): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId, createdAt, excludeFromLatest });
  await world.run({ forMs: 600_000 });
}
const outcome = async (version: string) => {
  const known = foldDefinition((await world.auditLogs.read(definitionLog(world.key()))).entries).versions[version];
  return known?.kind === 'examined' ? known.outcome : known?.kind;
};

describe('a version that was adopted and is taken in', () => {
  it.each([
    ['is published where it is offered, if it passes', 'healthy', false, 'published'],
    ['is not published, if it passes and was hidden', 'healthy', true, 'stopped'],
    ['stays as it is, if it fails', 'broken', false, 'adopted'],
    ['stays as it is, if its test says nothing', 'mute', false, 'adopted'],
  ])('%s; the gallery is not written to', async (_, source, hidden, expected) => {
    await adopt('1.0.0', source, hidden);
    const before = world.latest();

    expect((await takeIn('1.0.0')).outcome).toBe('accepted');
    await world.run();

    expect(await outcome('1.0.0')).toBe(expected);
    expect(world.smokeTestVms.launches.length).toBeGreaterThan(0);
    expect(world.galleries.writes).toEqual([]);
    expect(world.announced()).toContain('1.0.0 takenIn');
    expect(world.latest()).toEqual(before);
    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it('has its end of life and retention like any other from then on, and not before', async () => {
    world.policyFile.text = `${enforce}lifecycle:
  endOfLife: { supersededAfterDays: 1, warnDays: [] }
  retention: { mode: enforce, keepGood: 1, minAgeDays: 1, graceDays: 0 }
`;
    await adopt('1.0.0', 'healthy');
    await adopt('1.0.1', 'healthy');
    world.galleries.create(ubuntu, '1.1.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 3 * day });
    expect(world.galleries.deletions).toEqual([]);

    await takeIn('1.0.0');
    await world.run({ forMs: 3 * day });

    expect(world.galleries.deletions).toEqual(['1.0.0']);
    expect(world.latest()).toEqual({ westeurope: '1.1.0' });
  });

  it('does not stop a version under way, though its number is higher', async () => {
    await adopt('1.1.0', 'healthy');
    world.galleries.create(ubuntu, '1.0.5', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 32_000 });
    await takeIn('1.1.0');
    await world.run();

    expect(await outcome('1.1.0')).toBe('published');
    expect(await outcome('1.0.5')).toBe('published');
  });

  it('does not supersede a version that waits for its window: it is as old as the charge of its gallery', async () => {
    world.policyFile.text = `${enforce}release: { windows: [{ days: [tue], from: '06:00', to: '16:00' }] }\n`;
    await adopt('1.1.0', 'healthy');
    world.galleries.create(ubuntu, '1.0.5', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 600_000 });
    await takeIn('1.1.0');
    await world.run({ forMs: day });
    expect(await outcome('1.1.0')).toBe('published');
    expect(await outcome('1.0.5')).toBeUndefined();

    await world.run({ forMs: 2 * day });
    expect(await outcome('1.0.5')).toBe('published');
  });

  it('is the last good one to the others: a published version that fails later is taken out only because of it', async () => {
    await adopt('1.0.0', 'broken');
    world.guests.turned = {};
    world.galleries.create(ubuntu, '1.1.0', { sourceId: 'turned', excludeFromLatest: true });
    await world.run();
    await takeIn('1.0.0');
    await world.run();
    world.guests.turned = { exitStatus: 3 };
    await world.ask({ type: 'retestRequested', version: '1.1.0', reason: 'a doubt' });
    await world.run();

    expect(await outcome('1.1.0')).toBe('quarantined');
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('is tested once at a time, and can be asked for again after a test that said nothing', async () => {
    await adopt('1.0.0', 'mute');
    await takeIn('1.0.0');
    expect(await takeIn('1.0.0')).toEqual({ outcome: 'refused', reason: '1.0.0 is being tested' });
    await world.run();
    world.guests.mute = {};
    await takeIn('1.0.0');
    await world.run();

    expect(await outcome('1.0.0')).toBe('published');
    expect(await takeIn('1.0.0')).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('taken in already'),
    });
    expect(await takeIn('2.0.0')).toMatchObject({ outcome: 'refused', reason: '2.0.0 is not known' });
  });
});
