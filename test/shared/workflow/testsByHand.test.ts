import { beforeEach, describe, expect, it } from 'vitest';
import { requestTest } from '../../../shared/workflow/requestTest.ts';
import { ubuntu, World } from '../../fakes/world.ts';

describe('a smoke test by hand', () => {
  let world: World;
  const request = (version: string, options = {}, requestId = 'r1') =>
    requestTest(world.ports, { definition: ubuntu, version }, options, { actor: 'operator', requestId });
  const facts = () => world.allEntries().map(({ fact }) => fact);
  const began = () => facts().filter(({ type }) => type === 'testBegan');

  beforeEach(async () => {
    world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ sweeps: false });
    world.galleries.writes.splice(0);
  });

  it('comes to a verdict; nothing is written to the gallery or announced, and nothing is left', async () => {
    const announced = world.announced();
    world.guests.healthy = { exitStatus: 3 };

    expect(await request('1.0.0')).toMatchObject({ kind: 'accepted' });
    await world.run({ sweeps: false });

    expect(facts().find(({ type }) => type === 'testClosed')).toMatchObject({
      version: '1.0.0',
      verdict: 'failed',
      reason: expect.stringContaining('web is up'),
    });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.galleries.writes).toEqual([]);
    expect(world.announced()).toEqual(announced);
    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it('names who asked, in the entry and in the test', async () => {
    await request('1.0.0');
    await world.run({ sweeps: false });

    const requested = world.allEntries().find(({ fact }) => fact.type === 'testRequested');
    expect(requested?.actor).toBe('operator');
    expect(began()).toMatchObject([{ requestedBy: 'operator' }]);
  });

  it('takes a repeated request for the same one', async () => {
    await request('1.0.0');
    await request('1.0.0');
    await world.run({ sweeps: false });
    expect(began()).toHaveLength(1);

    await request('1.0.0', {}, 'r2');
    await world.run({ sweeps: false });
    expect(began()).toHaveLength(2);
  });

  it('runs with the size, the region and the checks that were asked for', async () => {
    const checkFile = {
      name: 'mine.yaml',
      sources: { 'mine.yaml': 'command:\n  mine: { exec: mine, exit-status: 0 }\n' },
    };
    world.galleries.create(ubuntu, '1.1.0', {
      sourceId: 'healthy',
      excludeFromLatest: true,
      regions: ['westeurope', 'northeurope'],
    });
    await world.run({ sweeps: false });
    expect(world.smokeTestVms.launches.at(-1)).toMatchObject({ region: 'westeurope' });

    await request('1.1.0', { vmSize: 'Standard_D4s_v5', region: 'northeurope', checkFile });
    await world.run({ sweeps: false });

    expect(world.smokeTestVms.launches.at(-1)).toMatchObject({ vmSize: 'Standard_D4s_v5', region: 'northeurope' });
    const finished = facts().findLast(({ type }) => type === 'smokeTestFinished');
    expect(finished).toMatchObject({ checks: expect.arrayContaining([{ check: 'command mine', outcome: 'passed' }]) });
  });

  it('refuses a check file with a mistake, by line, and a version that is not known', async () => {
    const checkFile = { name: 'mine.yaml', sources: { 'mine.yaml': 'comand: {}\n' } };

    expect(await request('1.0.0', { checkFile })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('mine.yaml:1'),
    });
    expect(await request('7.0.0')).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('/versions/7.0.0 is not known'),
    });
    expect(facts().filter(({ type }) => type === 'testRequested')).toEqual([]);
  });

  it('leaves a VM that did not pass for as long as was asked, then takes it away', async () => {
    world.guests.healthy = { exitStatus: 3 };
    await request('1.0.0', { keepMinutes: 30 });
    await world.run({ forMs: 20 * 60_000 });
    expect(world.smokeTestVms.vms.size).toBe(1);
    expect(world.allEntries().some(({ fact }) => fact.type === 'testFinished')).toBe(true);

    await world.run({ forMs: 20 * 60_000 });

    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(world.smokeTestVms.launches.at(-1)?.expiresAt).toBe('2026-11-22T13:30:00.000Z');
  });

  it('does not keep a VM that passed', async () => {
    await request('1.0.0', { keepMinutes: 30 });
    await world.run({ forMs: 10 * 60_000, sweeps: false });

    expect(world.smokeTestVms.vms.size).toBe(0);
  });

  it('tests an adopted version without touching it', async () => {
    world = new World();
    world.settings.takeChargeAt = '2026-11-22T09:00:00.000Z';
    world.galleries.create(ubuntu, '0.9.0', { sourceId: 'healthy' });
    await world.run();

    await request('0.9.0');
    await world.run({ sweeps: false });

    expect(facts().find(({ type }) => type === 'testClosed')).toMatchObject({ verdict: 'passed' });
    expect(world.galleries.writes).toEqual([]);
    expect(world.announced()).toEqual([]);
  });

  it('ends without a verdict when the version is deleted meanwhile', async () => {
    await request('1.0.0');
    await world.run({ forMs: 30_000, sweeps: false });
    world.galleries.remove(ubuntu, '1.0.0');
    await world.run();

    expect(facts().find(({ type }) => type === 'testClosed')).toMatchObject({
      verdict: null,
      reason: 'the version was deleted meanwhile',
    });
    expect(world.smokeTestVms.vms.size).toBe(0);
  });
});
