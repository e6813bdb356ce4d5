import { beforeEach, describe, expect, it } from 'vitest';
import { ubuntu, World } from '../../fakes/world.ts';

describe('the way of one version', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('publishes a version whose checks pass, and leaves nothing behind', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.types('1.0.0')).toEqual([
      'versionDetected',
      'held',
      'launchIntended',
      'launchAccepted',
      'agentReady',
      'checksIntended',
      'checksStarted',
      'checksAnswered',
      'restartIntended',
      'restartStarted',
      'checksIntended',
      'checksStarted',
      'checksAnswered',
      'evidenceSaved',
      'smokeTestFinished',
      'verdictReached',
      'vmDeletionIntended',
      'vmDeletionAccepted',
      'publishIntended',
      'galleryWriteAccepted',
      'published',
      'vmGone',
    ]);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(world.exposed.size).toBe(0);
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it('holds a version that was born visible before anything else, and records for how long it was exposed', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });

    await world.run({ sweeps: false });

    expect(world.types('1.0.0').slice(0, 4)).toEqual([
      'versionDetected',
      'holdIntended',
      'galleryWriteAccepted',
      'held',
    ]);
    const held = world.entriesOf('1.0.0').find((entry) => entry.fact.type === 'held');
    expect(held?.fact).toEqual({
      type: 'held',
      how: 'written',
      exposedSeconds: 32,
      exposed: { westeurope: 32 },
    });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('quarantines a version whose service is broken and keeps the last good one as latest', async () => {
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ sweeps: false });
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'broken', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.announced()).toContain('1.0.1 quarantined');
    const quarantined = world.entriesOf('1.0.1').find((entry) => entry.fact.type === 'quarantined');
    expect(quarantined?.fact).toEqual({
      type: 'quarantined',
      reason: 'web is up: exit-status: expected 0, got 3',
      replacements: { westeurope: '1.0.0' },
    });
    expect(world.exposed.size).toBe(0);
  });

  it('quarantines a version that panics, with the line of the serial log as the reason', async () => {
    world.guests.panic = {
      serialLog: '\u001b[31m[ 1.0] Kernel panic - not syncing: VFS: Unable to mount root fs\u001b[0m\r\n',
    };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'panic', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.announced()).toContain('1.0.0 quarantined');
    const verdict = world.entriesOf('1.0.0').find((entry) => entry.fact.type === 'verdictReached');
    expect(verdict?.fact).toMatchObject({
      reason: 'the kernel gave up (serial log, line 1): Kernel panic - not syncing: VFS: Unable to mount root fs',
    });
  });

  it.each([
    ['in the call', true],
    ['in the VM', false],
  ])('tries another size when capacity is missing (found %s)', async (_, sync) => {
    world.guests.scarce = { launchErrors: [{ code: 'AllocationFailed', sync }] };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'scarce', excludeFromLatest: true });

    await world.run({ sweeps: false });

    const tests = world
      .entriesOf('1.0.0')
      .flatMap(({ fact }) => (fact.type === 'smokeTestFinished' ? [fact.verdict] : []));
    expect(tests).toEqual(['inconclusive', 'passed']);
    const sizes = world.entriesOf('1.0.0').flatMap(({ fact }) => (fact.type === 'launchIntended' ? [fact.vmSize] : []));
    expect(sizes).toEqual(['Standard_D2s_v5', 'Standard_D2as_v5']);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.smokeTestVms.vms.size).toBe(0);
  });

  it('neither publishes nor quarantines when no attempt is conclusive', async () => {
    world.guests.scarce = { launchErrors: [{ code: 'AllocationFailed' }, { code: 'QuotaExceeded' }] };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'scarce', excludeFromLatest: true });

    await world.run();

    expect(world.announced()).toEqual(['1.0.0 detected', '1.0.0 held', '1.0.0 inconclusive']);
    expect(world.latest()).toEqual({});
    expect(world.smokeTestVms.vms.size).toBe(0);
  });

  it('believes a provisioning timeout only when it happens twice', async () => {
    world.guests.slow = { launchErrors: [{ code: 'OSProvisioningTimedOut' }] };
    world.guests.broken = { launchErrors: [{ code: 'OSProvisioningTimedOut' }, { code: 'OSProvisioningTimedOut' }] };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'slow', excludeFromLatest: true });
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'broken', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.announced()).toEqual(expect.arrayContaining(['1.0.0 published', '1.0.1 quarantined']));
  });

  it('quarantines a version whose agent never gets ready', async () => {
    world.guests.silent = { agentNever: true };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'silent', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.announced()).toContain('1.0.0 quarantined');
  });

  it.each([
    ['nothing', ''],
    ['a cut answer', '1 0'],
    ['an answer of another run', 'imprimatur-begin 0000000000000000\n1 0\nimprimatur-end 0000000000000000 1'],
  ])('does not pass a version when the guest returns %s', async (_, answer) => {
    world.guests.liar = { answer };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'liar', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.latest()).toEqual({});
    expect(world.announced()).toContain('1.0.0 inconclusive');
  });

  it('publishes where the version is replicated and leaves a region that failed excluded', async () => {
    world.galleries.create(ubuntu, '1.0.0', {
      sourceId: 'healthy',
      excludeFromLatest: true,
      regions: ['westeurope', 'northeurope'],
      failsIn: ['northeurope'],
    });

    await world.run({ sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    const facts = world.entriesOf('1.0.0').map((entry) => entry.fact);
    expect(facts).toContainEqual({
      type: 'regionsPublished',
      regions: ['westeurope'],
      notAvailableIn: ['northeurope'],
    });
    expect(facts).toContainEqual({
      type: 'releaseFinished',
      regions: ['westeurope'],
      notAvailableIn: ['northeurope'],
    });
    expect(world.announced()).toContain('1.0.0 notAvailable');
  });

  it('launches and judges but never writes to the gallery in mode test', async () => {
    world.policyFile.text = 'version: 1\nmode: test\n';
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });

    await world.run();

    expect(world.galleries.writes).toEqual([]);
    expect(world.announced()).toEqual(['1.0.0 detected', '1.0.0 candidate', '1.0.0 wouldPublish']);
  });

  it('starts no VM in mode observe', async () => {
    world.policyFile.text = 'version: 1\nmode: observe\n';
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });

    await world.run();

    expect(world.smokeTestVms.launches).toEqual([]);
    expect(world.galleries.writes).toEqual([]);
  });

  it('stops writing at once when the mode is turned back from enforce', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 60_000, sweeps: false });
    world.policyFile.text = 'version: 1\nmode: test\n';

    await world.run({ sweeps: false });

    expect(world.galleries.writes).toEqual([]);
    expect(world.announced()).toContain('1.0.0 wouldPublish');
  });

  it('keeps the last good policy in force when the file is lost, so that nothing untested gets visible', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ sweeps: false });
    world.policyFile.text = undefined;
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'broken' });

    await world.run({ sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.announced()).toContain('1.0.1 quarantined');
    expect(world.logged.join('\n')).toContain('the policy file is gone');
  });

  it('keeps the last good policy in force while the file has a mistake', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ sweeps: false });
    world.policyFile.text = 'version: 1\nmode: enforced\n';
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'broken', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.announced()).toContain('1.0.1 quarantined');
    expect(world.logged.join('\n')).toContain('the policy file has mistakes');
  });

  it('runs no more VMs at once than there are slots, and all in the end', async () => {
    world.policyFile.text = 'version: 1\nmode: enforce\nslots: { perRegion: 2 }\n';
    for (const patch of [0, 1, 2, 3, 4]) {
      world.galleries.create(ubuntu, `1.0.${patch}`, { sourceId: 'healthy', excludeFromLatest: true });
    }

    await world.run({ sweeps: false });

    expect(world.smokeTestVms.mostAtOnce).toBe(2);
    expect(world.announced().filter((line) => line.endsWith('published'))).toHaveLength(5);
  });

  it('ends a run whose version is deleted meanwhile, and deletes its VM', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    expect(world.smokeTestVms.vms.size).toBe(1);
    world.galleries.remove(ubuntu, '1.0.0');

    await world.run({ sweeps: false });

    expect(world.types('1.0.0')).toContain('versionDeleted');
    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(world.openMarkers()).toEqual([]);
  });

  it('is inconclusive when somebody deletes the VM under it, and tries again', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    world.smokeTestVms.vms.clear();

    await world.run({ sweeps: false });

    const tests = world
      .entriesOf('1.0.0')
      .flatMap(({ fact }) => (fact.type === 'smokeTestFinished' ? [fact.code] : []));
    expect(tests).toEqual(['VmGone', undefined]);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });
});
