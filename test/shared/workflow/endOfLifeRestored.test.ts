import { beforeEach, describe, expect, it } from 'vitest';
import { editOnIntent } from '../../fakes/editOnIntent.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const day = 24 * 3_600_000;
const two = ['westeurope', 'northeurope'];
const reason = 'CVE-2026-1234';
const byProducer = '2028-01-01T00:00:00.000Z';

let world: World;
beforeEach(() => {
  world = new World();
});

const rules = (endOfLife: string) => {
  world.policyFile.text = `${enforce}lifecycle: { endOfLife: ${endOfLife} }\n`;
};
async function publish(version: string, endOfLifeDate?: string): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions: two });
  if (endOfLifeDate !== undefined) setEnd(version, endOfLifeDate);
  await world.run({ forMs: 600_000 });
}
const setEnd = (version: string, endOfLifeDate: string) =>
  world.galleries.edit(ubuntu, version, (found) => {
    found.endOfLifeDate = endOfLifeDate;
  });
async function rollBack(version: string, regions?: string[]): Promise<void> {
  const done = await world.ask({ type: 'rollbackRequested', version, reason, ...(regions && { regions }) });
  expect(done.outcome).toBe('accepted');
  await world.run({ forMs: 900_000 });
}
/** The sweep finds what is due: one a day is enough here. */
async function pass(days: number): Promise<void> {
  for (let each = 0; each < days; each += 1) {
    await world.run({ forMs: day - 400_000, sweeps: false });
    await world.run({ forMs: 400_000 });
  }
}
const endOf = (version: string) =>
  world.galleries.all().find((each) => each.version.version === version)?.version.endOfLifeDate;
const dayOf = (version: string) => endOf(version)?.slice(0, 10);
const announced = (type: string) =>
  [...world.announcements.onTopic.values()]
    .filter((each) => each.type === `imprimatur.imageVersion.${type}.v1`)
    .map(({ data, properties }): Record<string, unknown> => ({ of: properties.version, ...data }));

describe('the end of life that somebody gives to a version after the service intended to give it one', () => {
  it.each([
    ['stays where it is the earlier one', '2026-11-26T00:00:00.000Z', '2026-11-26'],
    ['is what stands again after a rollback where it is the later one', byProducer, '2026-12-22'],
  ])('%s', async (_, byHand, ends) => {
    rules('{ supersededAfterDays: 30 }');
    await publish('1.0.0');
    editOnIntent(world, 'endOfLifeIntended', '1.0.0', (found) => {
      found.endOfLifeDate = byHand;
    });
    await publish('1.0.1');
    expect(dayOf('1.0.0')).toBe(ends);

    await rollBack('1.0.0');
    expect(endOf('1.0.0')).toBe(byHand);
    expect(world.openMarkers()).toEqual([]);
  });
});

describe('the end of life that somebody gives to a version while it is being published', () => {
  it('stays', async () => {
    rules('{ afterDays: 180 }');
    editOnIntent(world, 'publishIntended', '1.0.0', (found) => {
      found.endOfLifeDate = byProducer;
    });
    await publish('1.0.0');

    expect(endOf('1.0.0')).toBe(byProducer);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(announced('endOfLifeSet')).toEqual([]);
  });
});

describe('the end of life that a newer version gave to the one whose place it took', () => {
  it('is taken back when a rollback makes that one latest again: what it had before stands, read back and announced', async () => {
    rules('{ afterDays: 180, supersededAfterDays: 30 }');
    await publish('1.0.0', byProducer);
    await publish('1.0.1');
    expect(dayOf('1.0.0')).toBe('2026-12-22');

    await rollBack('1.0.0');

    expect(endOf('1.0.0')).toBe(byProducer);
    expect(dayOf('1.0.1')).toBe('2027-05-21');
    expect(announced('endOfLifeRestored')).toMatchObject([
      {
        of: '1.0.0',
        endOfLife: byProducer,
        was: expect.stringContaining('2026-12-22'),
        summary:
          'corpGallery/ubuntu-2404 1.0.0 is latest again: it ends on 2028-01-01T00:00:00.000Z, no more on 2026-12-22T08:12:21.000Z',
      },
    ]);
    await pass(40);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(announced('retired')).toEqual([]);
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it('goes ten years ahead where it had none before, and the policy gives none: Azure takes no date away', async () => {
    rules('{ supersededAfterDays: 30 }');
    await publish('1.0.0');
    await publish('1.0.1');
    expect(dayOf('1.0.0')).toBe('2026-12-22');

    await rollBack('1.0.0');

    expect(dayOf('1.0.0')).toBe('2036-11-19');
  });

  it('becomes that of the policy, at most that of the image definition, where it had none before', async () => {
    rules('{ supersededAfterDays: 30 }');
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) await publish(version);

    rules('{ afterDays: 100, supersededAfterDays: 30 }');
    await rollBack('1.0.1');
    expect(dayOf('1.0.1')).toBe('2027-03-02');
    world.galleries.definitionEndOfLife = '2027-01-31T00:00:00.000Z';
    await rollBack('1.0.0');

    expect(endOf('1.0.0')).toBe('2027-01-31T00:00:00.000Z');
  });

  it('stays where what it had before is over by now as well: the last good version keeps its place', async () => {
    rules('{ supersededAfterDays: 2, warnDays: [] }');
    await publish('1.0.0', '2026-11-26T00:00:00.000Z');
    await publish('1.0.1');
    rules('{ warnDays: [] }');
    await world.ask({ type: 'pauseRequested', reason: 'a migration' });
    await pass(5);
    await rollBack('1.0.0');
    await world.ask({ type: 'resumeRequested', reason: 'done' });
    await pass(1);

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(dayOf('1.0.0')).toBe('2026-11-24');
    expect(world.openMarkers()).toEqual([]);
  });

  it('stays where somebody moved it meanwhile', async () => {
    rules('{ afterDays: 180, supersededAfterDays: 30 }');
    await publish('1.0.0');
    await publish('1.0.1');
    setEnd('1.0.0', '2027-02-03T00:00:00.000Z');
    await world.run({ forMs: 900_000 });
    expect(dayOf('1.0.0')).toBe('2027-02-03');

    await rollBack('1.0.0');
    await pass(2);

    expect(dayOf('1.0.0')).toBe('2027-02-03');
    expect(announced('endOfLifeRestored')).toEqual([]);
    expect(world.openMarkers()).toEqual([]);
  });

  it('that somebody prolonged while it is latest nowhere is not shortened again', async () => {
    rules('{ supersededAfterDays: 10, warnDays: [] }');
    await publish('1.0.0');
    await publish('1.0.1');
    setEnd('1.0.0', byProducer);

    await pass(3);
    await publish('1.0.2');

    expect(endOf('1.0.0')).toBe(byProducer);
    expect(dayOf('1.0.1')).toBe('2026-12-05');
  });

  it('is given anew when a newer version takes its place again, and taken back by a second rollback', async () => {
    rules('{ supersededAfterDays: 30 }');
    await publish('1.0.0', byProducer);
    await publish('1.0.1');
    await rollBack('1.0.0');
    await world.ask({ type: 'resumeRequested', reason: 'mended' });
    await pass(1);
    await publish('1.0.2');
    expect(dayOf('1.0.0')).toBe('2026-12-23');

    await rollBack('1.0.0');

    expect(endOf('1.0.0')).toBe(byProducer);
    expect(announced('endOfLifeRestored').map(({ of }) => of)).toEqual(['1.0.0', '1.0.0']);
  });

  it('is taken back step by step by two rollbacks, and stays as it is of what was rolled back', async () => {
    rules('{ supersededAfterDays: 30 }');
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) await publish(version, byProducer);

    await rollBack('1.0.1');
    expect([endOf('1.0.1'), endOf('1.0.2'), dayOf('1.0.0')]).toEqual([byProducer, byProducer, '2026-12-22']);
    await rollBack('1.0.0');

    expect([endOf('1.0.0'), endOf('1.0.1'), endOf('1.0.2')]).toEqual([byProducer, byProducer, byProducer]);
    expect(announced('endOfLifeRestored').map(({ of }) => of)).toEqual(['1.0.1', '1.0.0']);
  });

  it('is taken back by a rollback of one region too, and by a quarantine of the newer version', async () => {
    rules('{ supersededAfterDays: 30 }');
    await publish('1.0.0', byProducer);
    await publish('1.0.1', byProducer);
    await rollBack('1.0.0', ['northeurope']);
    expect(endOf('1.0.0')).toBe(byProducer);

    await publish('1.0.2', byProducer);
    await world.ask({ type: 'resumeRequested', reason: 'mended' });
    await world.run({ forMs: 900_000 });
    expect([dayOf('1.0.0'), dayOf('1.0.1')]).toEqual(['2026-12-22', '2026-12-22']);
    await world.ask({ type: 'quarantineRequested', version: '1.0.2', reason });
    await world.run({ forMs: 900_000 });

    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.0' });
    expect([endOf('1.0.0'), endOf('1.0.1')]).toEqual([byProducer, byProducer]);
  });
});
