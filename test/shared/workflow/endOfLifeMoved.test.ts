import { beforeEach, describe, expect, it } from 'vitest';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const producers = '2028-01-01T00:00:00.000Z';
const moved = '2029-01-01T00:00:00.000Z';
const movedAgain = '2030-01-01T00:00:00.000Z';

let world: World;
beforeEach(() => {
  world = new World();
});

async function publish(version = '1.0.0', endOfLifeDate?: string): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true });
  if (endOfLifeDate !== undefined) setEnd(version, endOfLifeDate);
  await world.run();
}
const setEnd = (version: string, endOfLifeDate: string) =>
  world.galleries.edit(ubuntu, version, (found) => {
    found.endOfLifeDate = endOfLifeDate;
  });
const endOf = () => world.galleries.all()[0]?.version.endOfLifeDate;
const found = (...types: string[]) =>
  world.allEntries().flatMap(({ fact }) => (types.includes(fact.type) ? [fact] : []));
const told = () => world.announced('').filter((each) => /endOfLife(Moved|Undone)/.test(each));

describe('an end of life that somebody moves by hand', () => {
  it('is found on a published version, audited and announced once, and left', async () => {
    await publish('1.0.0', producers);
    const writes = world.galleries.writes.length;

    setEnd('1.0.0', moved);
    await world.run({ forMs: 3_600_000 });

    expect(found('endOfLifeMoved')).toEqual([
      { type: 'endOfLifeMoved', version: '1.0.0', endOfLife: moved, was: producers },
    ]);
    expect(told()).toEqual([' endOfLifeMoved']);
    expect(endOf()).toBe(moved);
    expect(world.galleries.writes).toHaveLength(writes);
    expect(world.openMarkers()).toEqual([]);
  });

  it('is found by the sweep where its event is lost, and where there was none before', async () => {
    await publish();
    world.route = () => [];

    setEnd('1.0.0', moved);
    await world.run({ forMs: 3_600_000 });

    expect(found('endOfLifeMoved')).toEqual([
      { type: 'endOfLifeMoved', version: '1.0.0', endOfLife: moved, was: null },
    ]);
  });

  it('is found on a version that was adopted', async () => {
    world.galleries.create(ubuntu, '0.9.0', { sourceId: 'old', createdAt: '2026-01-01T00:00:00.000Z' });
    setEnd('0.9.0', producers);
    await world.run();
    expect(found('endOfLifeMoved', 'endOfLifeNoted')).toEqual([]);

    setEnd('0.9.0', moved);
    await world.run();

    expect(found('endOfLifeMoved')).toMatchObject([{ version: '0.9.0', endOfLife: moved, was: producers }]);
    expect(world.galleries.writes).toEqual([]);
  });

  it('is not what the service sets itself: on publication, and when a newer version takes its place', async () => {
    world.policyFile.text = `${enforce}lifecycle: { endOfLife: { afterDays: 300, supersededAfterDays: 30 } }\n`;
    await publish('1.0.0');
    await publish('1.0.1');
    await world.run({ forMs: 3_600_000 });

    expect(found('endOfLifeSet')).toHaveLength(3);
    expect(found('endOfLifeMoved', 'endOfLifeNoted')).toEqual([]);
  });
});

describe('a date of the service that somebody moved', () => {
  it('is told once, also when the version is opened again for something else', async () => {
    world.policyFile.text = `${enforce}lifecycle: { endOfLife: { afterDays: 300, supersededAfterDays: 30 } }\n`;
    await publish('1.0.0');
    setEnd('1.0.0', moved);
    await world.run();
    await publish('1.0.1');
    await world.run({ forMs: 3_600_000 });

    expect(world.types('1.0.0').filter((type) => type === 'endOfLifeSet')).toHaveLength(2);
    expect(found('endOfLifeMoved')).toHaveLength(1);
    expect(found('endOfLifeNoted')).toEqual([]);
  });
});

describe('a policy that undoes drift of the end of life', () => {
  beforeEach(async () => {
    world.policyFile.text = `${enforce}drift: { endOfLife: undo }\n`;
    await publish('1.0.0', producers);
  });

  it('writes the date of before again, once for each date: then it is told, and left', async () => {
    setEnd('1.0.0', moved);
    await world.run({ forMs: 3_600_000 });
    expect(endOf()).toBe(producers);
    expect(told()).toEqual([' endOfLifeMoved', '1.0.0 endOfLifeUndone']);

    setEnd('1.0.0', moved);
    await world.run({ forMs: 3_600_000 });
    expect(endOf()).toBe(moved);
    expect(found('endOfLifeUndone')).toHaveLength(1);
    expect(found('endOfLifeMoved')).toHaveLength(2);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.brokenChains()).toEqual([]);
  });

  it('undoes another date, too', async () => {
    for (const date of [moved, movedAgain]) {
      setEnd('1.0.0', date);
      await world.run({ forMs: 3_600_000 });
    }

    expect(found('endOfLifeUndone')).toEqual([
      { type: 'endOfLifeUndone', endOfLife: producers, found: moved },
      { type: 'endOfLifeUndone', endOfLife: producers, found: movedAgain },
    ]);
    expect(endOf()).toBe(producers);
  });

  it('writes nothing in a pause, and the date of before when it is over', async () => {
    await world.ask({ type: 'pauseRequested', reason: 'audit' });
    setEnd('1.0.0', moved);
    await world.run({ forMs: 3_600_000 });

    expect(found('endOfLifeMoved')).toHaveLength(1);
    expect(endOf()).toBe(moved);

    await world.ask({ type: 'resumeRequested', reason: 'done' });
    await world.run({ forMs: 3_600_000 });
    expect(endOf()).toBe(producers);
    expect(told()).toEqual([' endOfLifeMoved', '1.0.0 endOfLifeUndone']);
    expect(world.openMarkers()).toEqual([]);
  });

  it('undoes neither a date that was moved back by hand in the pause, nor one that nobody undoes any more', async () => {
    await world.ask({ type: 'pauseRequested', reason: 'audit' });
    setEnd('1.0.0', moved);
    await world.run({ forMs: 3_600_000 });
    setEnd('1.0.0', producers);
    await world.run({ forMs: 3_600_000 });
    await world.ask({ type: 'resumeRequested', reason: 'done' });
    await world.run();

    expect(endOf()).toBe(producers);
    expect(world.galleries.writes.filter(({ plan }) => plan.setEndOfLife !== undefined)).toEqual([]);
    expect(world.openMarkers()).toEqual([]);
  });

  it('undoes it together with the flags, where one change by hand was of both', async () => {
    world.policyFile.text = `${enforce}drift: { endOfLife: undo, flags: undo }\n`;
    world.galleries.edit(ubuntu, '1.0.0', (found) => {
      found.endOfLifeDate = moved;
      found.excludeFromLatest = true;
    });
    await world.run();

    expect(endOf()).toBe(producers);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.openMarkers()).toEqual([]);
  });
});
