import { beforeEach, describe, expect, it } from 'vitest';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const createdAt = '2026-01-01T00:00:00.000Z';
const two = ['westeurope', 'northeurope'];
const hour = 3_600_000;
const reason = 'because';

let world: World;
beforeEach(async () => {
  world = new World();
  world.guests.broken = { exitStatus: 3 };
  // What was there before the service is visible untested: that is what adopted means.
  world.galleries.onChange = () => undefined;
  for (const version of ['1.0.0', '1.0.1', '1.0.2'])
    world.galleries.create(ubuntu, version, { sourceId: 'broken', createdAt, regions: two });
  await world.run({ forMs: 600_000 });
});

const run = (hours = 1) => world.run({ forMs: hours * hour });
async function ask(type: 'retestRequested' | 'liftRequested' | 'quarantineRequested', version: string) {
  const answer = await world.ask({ type, version, reason });
  await run();
  return answer;
}
async function rollBack(version: string, regions?: string[]): Promise<void> {
  await world.ask({ type: 'rollbackRequested', version, reason, ...(regions && { regions }) });
  await run();
}

describe('a version that was adopted, and is rolled back in one of its regions', () => {
  it.each(['leave', 'undo'])(
    'stays as it is in the others, and nobody is said to have shown it there: drift %s',
    async (flags) => {
      world.policyFile.text = `${enforce}drift: { flags: ${flags} }\n`;
      await rollBack('1.0.1', ['westeurope']);

      expect(world.announced().filter((each) => each.startsWith('1.0.2'))).toEqual([
        '1.0.2 detected',
        '1.0.2 withdrawn',
      ]);
      expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.2' });
      expect(world.openMarkers()).toEqual([]);
    },
  );

  it('gets no end of life, and is not retired', async () => {
    world.policyFile.text = `${enforce}lifecycle: { endOfLife: { supersededAfterDays: 1, warnDays: [] } }\n`;
    await rollBack('1.0.0', ['westeurope']);
    await run(48);

    expect(world.galleries.all().filter(({ version }) => version.endOfLifeDate !== undefined)).toEqual([]);
    expect(world.galleries.writes).toHaveLength(2);
  });

  it.each([true, false])('stays as it is when a test of it fails: another good one is there %s', async (isAnother) => {
    await rollBack('1.0.1', ['westeurope']);
    if (!isAnother) for (const version of ['1.0.0', '1.0.1']) await ask('quarantineRequested', version);
    await ask('retestRequested', '1.0.2');

    expect(world.types('1.0.2').at(-1)).toBe('takenIn');
    expect(world.latest()).toMatchObject({ northeurope: '1.0.2' });
    expect(world.openMarkers()).toEqual([]);
  });
});

describe('a version that was adopted, and is taken out of latest by an operator', () => {
  it('is not shown again untested: it is to be tested first', async () => {
    await ask('quarantineRequested', '1.0.2');
    expect(await ask('liftRequested', '1.0.2')).toMatchObject({ outcome: 'refused' });
    await rollBack('1.0.0');
    expect(await world.ask({ type: 'publishRequested', version: '1.0.1', reason })).toMatchObject({
      outcome: 'refused',
    });
    delete world.guests.broken;
    await ask('retestRequested', '1.0.2');
    await world.ask({ type: 'resumeRequested', reason });
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    await ask('liftRequested', '1.0.2');

    expect(world.latest()).toEqual({ westeurope: '1.0.2', northeurope: '1.0.2' });
  });

  it('stays out when it was rolled back, and a test of it passes', async () => {
    await rollBack('1.0.1');
    delete world.guests.broken;
    await ask('retestRequested', '1.0.2');
    await world.ask({ type: 'resumeRequested', reason });
    await run();

    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.1' });
    expect(world.openMarkers()).toEqual([]);
    await world.ask({ type: 'publishRequested', version: '1.0.2', reason });
    await run();
    expect(world.latest()).toEqual({ westeurope: '1.0.2', northeurope: '1.0.2' });
  });
});
