import { describe, expect, it } from 'vitest';
import { type Fault, faulty } from '../../fakes/faulty.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

function expectSettled(world: World): void {
  expect(world.smokeTestVms.vms.size).toBe(0);
  expect(world.openMarkers()).toEqual([]);
  expect(world.brokenChains()).toEqual([]);
  const facts = [...world.announcements.onTopic.values()].map(
    ({ type, subject, time, data }) => `${type} ${subject} ${time} ${data.attempt ?? ''}`,
  );
  expect(new Set(facts).size).toBe(facts.length);
  for (const { id, log } of world.allEntries())
    expect(world.auditIndex.records.has(id), `${log} ${id} is indexed`).toBe(true);
}

async function publishOne(faultAt: (call: number) => Fault | undefined): Promise<{ world: World; calls: number }> {
  const world = new World();
  const counter = faulty(world, faultAt);
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
  await world.run();
  return { world, calls: counter.calls };
}

describe('a worker that dies', () => {
  it.each(['crashBefore', 'crashAfter', 'unavailableAfter'] as const)(
    'between any two calls (%s) changes neither the outcome nor what is announced',
    async (fault) => {
      const plain = await publishOne(() => undefined);
      const expected = plain.world.announced('').sort();
      expect(expected).toContain('1.0.0 published');

      for (let call = 0; call < plain.calls; call += 1) {
        const { world } = await publishOne((current) => (current === call ? fault : undefined));
        expect(world.announced('').sort(), `${fault} at call ${call}`).toEqual(expected);
        expect(world.latest()).toEqual({ westeurope: '1.0.0' });
        expectSettled(world);
      }
    },
    240_000,
  );
});

describe('any mixture of faults', () => {
  const guests = fc.constantFrom('healthy', 'broken', 'scarce');
  const delays = fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 3 });

  it('reaches the same effective latest and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(guests, { minLength: 1, maxLength: 3 }),
        fc.array(delays, { minLength: 1, maxLength: 8 }),
        fc.array(
          fc.tuple(
            fc.integer({ min: 0, max: 600 }),
            fc.constantFrom<Fault>('crashBefore', 'crashAfter', 'unavailable', 'unavailableAfter'),
          ),
          {
            maxLength: 6,
          },
        ),
        async (sources, routes, faults) => {
          const world = new World();
          const faultsAt = new Map(faults);
          faulty(world, (call) => faultsAt.get(call));
          let event = 0;
          world.route = () => routes[event++ % routes.length] ?? [0];
          world.guests.broken = { exitStatus: 3 };
          world.guests.scarce = { launchErrors: [{ code: 'AllocationFailed' }] };
          for (const [patch, sourceId] of sources.entries()) {
            world.galleries.create(ubuntu, `1.0.${patch}`, { sourceId, excludeFromLatest: true });
          }

          await world.run();

          const good = sources.flatMap((source, patch) => (source === 'broken' ? [] : [`1.0.${patch}`]));
          expect(world.latest()).toEqual(good.length === 0 ? {} : { westeurope: good.at(-1) });
          expect(world.exposed.size).toBe(0);
          expectSettled(world);
        },
      ),
      { numRuns: 60 },
    );
  }, 240_000);
});

describe('a worker that dies while drift is closed', () => {
  it('closes it all the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.constantFrom<Fault>('crashBefore', 'crashAfter', 'unavailable', 'unavailableAfter'),
        fc.boolean(),
        async (faultAt, fault, isRecreated) => {
          const world = new World();
          world.guests.broken = { exitStatus: 3 };
          world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
          await world.run();
          faulty(world, (call) => (call === faultAt ? fault : undefined));
          if (isRecreated) {
            world.galleries.remove(ubuntu, '1.0.0');
            world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken' });
          } else {
            world.galleries.edit(ubuntu, '1.0.0', (version) => {
              version.excludeFromLatest = false;
              for (const region of version.targetRegions) region.excludeFromLatest = false;
            });
          }

          await world.run();

          expect(world.latest()).toEqual({});
          expect(world.announced().filter((line) => line === '1.0.0 quarantined')).toHaveLength(2);
          expectSettled(world);
        },
      ),
      { numRuns: 60 },
    );
  }, 240_000);
});
