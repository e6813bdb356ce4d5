import { beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../../../shared/domain/facts.ts';
import { msBetween } from '../../../shared/domain/instant.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const day = 24 * 3_600_000;
const two = ['westeurope', 'northeurope'];

let world: World;
beforeEach(() => {
  world = new World();
});

const rules = (lifecycle: string) => {
  world.policyFile.text = `${enforce}lifecycle: ${lifecycle}\n`;
};
async function publish(version: string, regions = two): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions });
  await world.run({ forMs: 600_000 });
}
/** The sweep finds what is due: one a day is enough here, and cheaper than one every five minutes. */
async function pass(days: number): Promise<void> {
  for (let each = 0; each < days; each += 1) {
    await world.run({ forMs: day - 400_000, sweeps: false });
    await world.run({ forMs: 400_000 });
  }
}
const endOf = (version: string) =>
  world.galleries.all().find((each) => each.version.version === version)?.version.endOfLifeDate;
const lastOf = (version: string, type: Fact['type']) =>
  world.entriesOf(version).findLast(({ fact }) => fact.type === type)?.at ?? 'never';
const announced = (type: string) =>
  [...world.announcements.onTopic.values()]
    .filter((each) => each.type === `imprimatur.imageVersion.${type}.v1`)
    .map(
      ({ time, data, properties }): Record<string, unknown> => ({
        on: time.slice(0, 10),
        version: properties.version,
        ...data,
      }),
    );

describe('the end of life', () => {
  it('is not set later on a version that was published before the policy named one, until another takes its place', async () => {
    await publish('1.0.0');
    rules('{ endOfLife: { afterDays: 180, supersededAfterDays: 30 } }');
    await pass(2);
    expect(endOf('1.0.0')).toBeUndefined();
    expect(announced('endOfLifeSet')).toEqual([]);

    await publish('1.0.1');
    await pass(1);
    expect(announced('endOfLifeSet')).toMatchObject([
      { version: '1.0.1', why: 'published' },
      { version: '1.0.0', why: 'superseded', by: '1.0.1' },
    ]);
  });

  it('is set when a version is published, and of what it takes the place of; both with read-back and announced', async () => {
    rules('{ endOfLife: { afterDays: 180, supersededAfterDays: 30 } }');
    await publish('1.0.0');
    expect(endOf('1.0.0')?.slice(0, 10)).toBe('2027-05-21');

    await publish('1.0.1');

    expect(endOf('1.0.1')?.slice(0, 10)).toBe('2027-05-21');
    expect(endOf('1.0.0')?.slice(0, 10)).toBe('2026-12-22');
    expect(announced('endOfLifeSet')).toMatchObject([
      { version: '1.0.0', why: 'published' },
      { version: '1.0.1', why: 'published' },
      { version: '1.0.0', why: 'superseded', by: '1.0.1', endOfLife: endOf('1.0.0') },
    ]);
    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.1' });
    await world.run();
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it('is moved as soon as the release of a newer version is over, and waits for no sweep', async () => {
    rules('{ endOfLife: { afterDays: 180, supersededAfterDays: 30 } }');
    for (const version of ['1.0.0', '1.0.1']) {
      world.galleries.create(ubuntu, version, { sourceId: 'healthy', regions: two, failsIn: ['northeurope'] });
      await world.run({ forMs: 3_600_000, sweeps: false });
    }
    expect(msBetween(lastOf('1.0.1', 'releaseFinished'), lastOf('1.0.0', 'endOfLifeIntended'))).toBeLessThan(2_000);
    expect(world.openMarkers()).toEqual([]);
  });

  it('is that of the image definition by default, and at most that; one that the producer set stays', async () => {
    world.galleries.definitionEndOfLife = '2027-01-31T00:00:00.000Z';
    rules('{}');
    await publish('1.0.0');
    expect(endOf('1.0.0')).toBe('2027-01-31T00:00:00.000Z');
    rules('{ endOfLife: { afterDays: 180 } }');
    await publish('1.0.1');
    expect(endOf('1.0.1')).toBe('2027-01-31T00:00:00.000Z');

    world.galleries.create(ubuntu, '1.0.2', { sourceId: 'healthy', excludeFromLatest: true, regions: two });
    world.galleries.edit(ubuntu, '1.0.2', (version) => {
      version.endOfLifeDate = '2028-01-01T00:00:00.000Z';
    });
    await world.run({ forMs: 600_000 });

    expect(endOf('1.0.2')).toBe('2028-01-01T00:00:00.000Z');
  });

  it('is left alone where the policy says nothing of it', async () => {
    world.galleries.definitionEndOfLife = '2027-01-31T00:00:00.000Z';
    await publish('1.0.0');

    expect(endOf('1.0.0')).toBeUndefined();
  });

  it('is told 30, 7 and 1 days ahead, then the version is out of latest and stays in the gallery', async () => {
    rules('{ endOfLife: { supersededAfterDays: 31 } }');
    await publish('1.0.0');
    await publish('1.0.1');

    await pass(33);

    expect(announced('endOfLifeNear').map(({ on, version, days }) => [on, version, days])).toEqual([
      ['2026-11-23', '1.0.0', 30],
      ['2026-12-16', '1.0.0', 7],
      ['2026-12-22', '1.0.0', 1],
    ]);
    expect(announced('retired')).toMatchObject([{ on: '2026-12-23', version: '1.0.0', regions: two, remainsIn: [] }]);
    expect(world.galleries.all().find(({ version }) => version.version === '1.0.0')?.version.excludeFromLatest).toBe(
      true,
    );
    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.1' });
    expect(world.openMarkers()).toEqual([]);
  });

  it('takes the last good version out of latest nowhere, and goes on where another one takes its place', async () => {
    rules('{ endOfLife: { afterDays: 2, warnDays: [] } }');
    await publish('1.0.0');
    await pass(3);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(announced('retired')).toMatchObject([{ regions: [], remainsIn: two }]);

    rules('{ endOfLife: { warnDays: [] } }');
    await publish('1.0.1', ['westeurope']);
    await pass(1);

    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.0' });
    expect(announced('retired').at(-1)).toMatchObject({ regions: ['westeurope'], remainsIn: ['northeurope'] });
  });

  it('that comes for all versions at once leaves the highest', async () => {
    rules('{ endOfLife: { afterDays: 2, warnDays: [] } }');
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) await publish(version);

    await pass(4);

    expect(world.latest()).toEqual({ westeurope: '1.0.2', northeurope: '1.0.2' });
    const retired = Object.fromEntries(announced('retired').map(({ version, remainsIn }) => [version, remainsIn]));
    expect(retired).toEqual({ '1.0.0': [], '1.0.1': [], '1.0.2': two });
    const writes = world.galleries.writes.length;
    await pass(1);
    expect(world.galleries.writes).toHaveLength(writes);
  });

  it('that somebody moves is followed: nothing is retired before it', async () => {
    rules('{ endOfLife: { supersededAfterDays: 2, warnDays: [1] } }');
    await publish('1.0.0');
    await publish('1.0.1');
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.endOfLifeDate = '2026-12-01T00:00:00.000Z';
    });
    rules('{ endOfLife: { warnDays: [1] } }');

    await pass(3);

    expect(announced('retired')).toEqual([]);
    expect(endOf('1.0.0')).toBe('2026-12-01T00:00:00.000Z');
  });
});
