import { beforeEach, describe, expect, it } from 'vitest';
import { AdapterError } from '../../../shared/errors.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { ubuntu, World } from '../../fakes/world.ts';

describe('what a run leaves behind', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  const refused = (retryable: boolean) => async () => {
    throw new AdapterError('locked', { code: 'ScopeLocked', retryable });
  };
  const slots = () => [...world.documents.documents].find(([name]) => name.startsWith('slots/'))?.[1].text;

  it.each([
    ['healthy', 'published', true],
    ['healthy', 'published', false],
    ['broken', 'quarantined', false],
  ])(
    'a VM that cannot be deleted does not hold up the decision (%s, %s, retryable %s)',
    async (sourceId, end, retryable) => {
      world.guests.broken = { exitStatus: 3 };
      world.wrap = (ports) => ({
        ...ports,
        smokeTestVms: withMethods(ports.smokeTestVms, { delete: refused(retryable) }),
      });
      world.galleries.create(ubuntu, '1.0.0', { sourceId, excludeFromLatest: true });

      await world.run({ forMs: 600_000 });

      expect(world.announced()).toContain(`1.0.0 ${end}`);
      expect(world.wakeUps.sent).toBeLessThan(200);
    },
  );

  it('deletes the VM and frees the slot of a version that needs attention', async () => {
    world.wrap = (ports) => ({
      ...ports,
      evidence: withMethods(ports.evidence, { save: refused(false) }),
    });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ forMs: 600_000, sweeps: false });

    expect(world.announced()).toContain('1.0.0 needsAttention');
    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(slots()).toBe('{"slots":[],"waiters":[]}');
  });

  it('goes on with a version that needed attention when it is mended and tested again', async () => {
    let isMended = false;
    world.wrap = (ports) => ({
      ...ports,
      evidence: isMended ? ports.evidence : withMethods(ports.evidence, { save: refused(false) }),
    });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 600_000 });
    expect(world.latest()).toEqual({});
    isMended = true;

    await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'the role is there now' });
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.openMarkers()).toEqual([]);
  });

  it('deletes the VM when the mode is lowered to observe while it runs', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    expect(world.smokeTestVms.vms.size).toBe(1);
    world.policyFile.text = 'version: 1\nmode: observe\n';

    await world.run({ sweeps: false });

    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(slots()).toBe('{"slots":[],"waiters":[]}');
    expect(world.openMarkers()).toEqual([]);
  });

  it('gives up a launch that Azure has refused until the VM would be past its time', async () => {
    world.wrap = (ports) => ({ ...ports, smokeTestVms: withMethods(ports.smokeTestVms, { launch: refused(true) }) });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ forMs: 6 * 3_600_000 });

    const codes = world
      .entriesOf('1.0.0')
      .flatMap(({ fact }) => (fact.type === 'smokeTestFinished' ? [fact.code] : []));
    expect(codes).toEqual(['LaunchTimedOut', 'LaunchTimedOut']);
    expect(world.announced()).toContain('1.0.0 inconclusive');
  });

  it('frees a slot whose run never began, although the log of another run cannot be read', async () => {
    const taken = '2026-11-22T07:00:00.000Z';
    const slotOf = (key: string) => ({ vmName: `imp-${key}`, key, takenAt: taken });
    await world.documents.write('slots/westeurope', { slots: [slotOf('bad'), slotOf('gone')], waiters: [] }, undefined);
    const read = world.auditLogs.read.bind(world.auditLogs);
    world.auditLogs.read = async (log) => {
      if (log.includes('bad')) throw new AdapterError('damaged', { code: 'DamagedLog', retryable: false });
      return read(log);
    };

    await world.run({ forMs: 400_000 });

    expect(slots()).toContain('imp-bad');
    expect(slots()).not.toContain('imp-gone');
  });

  it('reaps the other expired resources when one cannot be deleted', async () => {
    const deleted: string[] = [];
    const resource = (name: string) => ({
      id: `/${name}`,
      kind: 'disk' as const,
      name,
      expiresAt: '2026-11-22T07:00:00.000Z',
    });
    world.wrap = (ports) => ({
      ...ports,
      smokeTestVms: withMethods(ports.smokeTestVms, {
        listResources: async () => [resource('locked'), resource('free')],
        deleteResource: async ({ name }) => {
          if (name === 'locked') throw new AdapterError('locked', { code: 'ScopeLocked', retryable: false });
          deleted.push(name);
        },
      }),
    });

    await world.run({ forMs: 301_000 });

    expect(deleted).toEqual(['free']);
  });
});
