import { beforeEach, describe, expect, it } from 'vitest';
import { AdapterError } from '../../../shared/errors.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { ubuntu, World } from '../../fakes/world.ts';

describe('timers', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('wakes again after a timer that finds nothing to do at its own instant', async () => {
    let reads = 0;
    world.wrap = (ports) => ({
      ...ports,
      galleries: withMethods(ports.galleries, {
        // The first read is for the plan; the next three find nothing to launch from.
        getDefinition: async (definition) => {
          reads += 1;
          return reads > 1 && reads < 5 ? undefined : ports.galleries.getDefinition(definition);
        },
      }),
    });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('are fewer than the events that they are there for: those of a version share full minutes', async () => {
    const asked = new Set<string>();
    const send = world.wakeUps.send.bind(world.wakeUps);
    world.wakeUps.send = async (wakeUp, ...of) => {
      if ('dueAt' in wakeUp) asked.add(String(wakeUp.dueAt).slice(11, 19));
      return send(wakeUp, ...of);
    };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.announced()).toContain('1.0.0 published');
    const [detected] = world.entriesOf('1.0.0');
    expect(detected?.at.slice(17, 19)).toBe('30');
    // The VM, each round of checks, the write and the deletion; the others are for the agent, twice, and the restart.
    expect([...asked].filter((at) => at.endsWith('30')).sort()).toEqual(['08:01:30', '08:02:30', '08:03:30']);
    expect(asked.size).toBe(3 + 3);
  });

  it('serves a queue whose clock is ahead of the worker', async () => {
    world.wrap = (ports) => ({
      ...ports,
      clock: { now: () => new Date(world.time.nowMs - 600_000).toISOString() },
    });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });

    await world.run({ sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('keeps the pace of one version while another one meets the same problem again and again', async () => {
    world.route = (subject) => (subject.includes('virtualMachines') ? [] : [0]);
    world.wrap = (ports) => ({
      ...ports,
      galleries: withMethods(ports.galleries, {
        writeFlags: async (definition, version, plan) => {
          if (version === '1.0.0') throw new AdapterError('busy', { code: 'Conflict', retryable: true });
          await ports.galleries.writeFlags(definition, version, plan);
        },
      }),
    });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ forMs: 240_000, sweeps: false });

    expect(world.announced()).toContain('1.0.1 published');
    expect(world.wakeUps.sent).toBeLessThan(80);
  });

  it('comes back to every version when one step has no time for all', async () => {
    for (const patch of [0, 1, 2, 3, 4, 5]) {
      world.galleries.create(ubuntu, `1.0.${patch}`, { sourceId: 'healthy', excludeFromLatest: true });
    }
    const getVersion = world.galleries.getVersion.bind(world.galleries);
    world.galleries.getVersion = async (definition, version) => {
      world.time.moveTo(world.time.nowMs + 28_000);
      return getVersion(definition, version);
    };

    await world.run();

    expect(world.announced().filter((line) => line.endsWith('published'))).toHaveLength(6);
  });
});
