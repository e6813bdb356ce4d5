import { beforeEach, describe, expect, it } from 'vitest';
import { withMethods } from '../../fakes/withMethods.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const two = ['westeurope', 'northeurope'];

let world: World;
beforeEach(() => {
  world = new World();
});

async function publish(version: string): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions: two });
  await world.run();
}
const factsOf = (version: string, type: string) =>
  world.entriesOf(version).flatMap(({ fact }) => (fact.type === type ? [fact] : []));

describe('an override', () => {
  it('needs two operators and an inconclusive verdict, says that it is one, and is tested again', async () => {
    world.guests.healthy = { launchErrors: Array.from({ length: 9 }, () => ({ code: 'AllocationFailed' })) };
    await publish('1.0.0');
    expect(factsOf('1.0.0', 'leftInconclusive')).toHaveLength(1);
    const override = { type: 'overrideRequested' as const, version: '1.0.0', reason: 'no capacity', ticket: 'INC-2' };

    expect((await world.ask(override)).reason).toContain('another operator');
    expect((await world.ask(override)).reason).toContain('another operator');
    expect(world.latest()).toEqual({});
    expect((await world.ask(override, 'operator-2')).outcome).toBe('accepted');
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(factsOf('1.0.0', 'published')).toMatchObject([{ overridden: true }]);
    expect(factsOf('1.0.0', 'verdictOverridden')).toMatchObject([
      { by: ['operator-1', 'operator-2'], ticket: 'INC-2' },
    ]);
    const told = [...world.announcements.onTopic.values()].filter(({ type }) => /overridden|\.published/.test(type));
    expect(told.map(({ type, data, properties }) => [type.split('.')[2], data.overridden, properties.outcome])).toEqual(
      [
        ['overridden', undefined, ''],
        ['published', true, 'inconclusive'],
      ],
    );
    expect(factsOf('1.0.0', 'retested')).toHaveLength(1);
  });

  it('is tested again although the worker dies between the log of the version and that of its image definition', async () => {
    world.guests.healthy = { launchErrors: Array.from({ length: 9 }, () => ({ code: 'AllocationFailed' })) };
    await publish('1.0.0');
    const override = { type: 'overrideRequested' as const, version: '1.0.0', reason: 'no capacity', ticket: 'INC-2' };
    await world.ask(override);
    let crashes = 0;
    world.wrap = (ports) => ({
      ...ports,
      auditLogs: withMethods(ports.auditLogs, {
        append: async (log, ...rest) => {
          const isBetween = world.types('1.0.0').includes('verdictOverridden') && log.startsWith('definitions/');
          if (isBetween && crashes++ === 0) throw new Error('crash');
          return ports.auditLogs.append(log, ...rest);
        },
      }),
    });

    expect((await world.ask(override, 'operator-2')).outcome).toBe('accepted');
    await world.run();

    expect(crashes).toBeGreaterThan(0);
    const tests = world.allEntries().filter(({ fact }) => fact.type === 'testRequested');
    expect(tests).toMatchObject([{ fact: { version: '1.0.0', counts: true } }]);
    expect(factsOf('1.0.0', 'retested')).toHaveLength(1);
    expect(factsOf('1.0.0', 'verdictOverridden')).toHaveLength(1);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
  });

  it.each(['operator-1', 'operator-2'])(
    'is refused to a version that failed, or passed, also to %s',
    async (operator) => {
      world.guests.broken = { exitStatus: 1 };
      world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
      await world.run();
      await publish('1.0.1');
      const ask = (version: string) =>
        world.ask({ type: 'overrideRequested', version, reason: 'we need it', ticket: 'INC-2' }, operator);

      expect(await ask('1.0.0')).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('known issue') });
      expect(await ask('1.0.1')).toMatchObject({ outcome: 'refused' });
      await world.run();
      expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.1' });
    },
  );

  it('ends where the test that follows fails, and another good version stands', async () => {
    await publish('0.9.0');
    const launchErrors = Array.from({ length: 9 }, () => ({ code: 'AllocationFailed' }));
    world.guests.healthy = { launchErrors, exitStatus: 1 };
    await publish('1.0.0');
    for (const operator of ['operator-1', 'operator-2'])
      await world.ask(
        { type: 'overrideRequested', version: '1.0.0', reason: 'no capacity', ticket: 'INC-2' },
        operator,
      );
    launchErrors.length = 0;
    await world.run();

    expect(factsOf('1.0.0', 'retested')).toMatchObject([{ verdict: 'failed' }]);
    expect(world.latest()).toEqual({ westeurope: '0.9.0', northeurope: '0.9.0' });
  });
});
