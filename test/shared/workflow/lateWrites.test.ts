import { expect, it } from 'vitest';
import type { FlagPlan } from '../../../shared/domain/flagPlan.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { LogConflict } from '../../../shared/workflow/log.ts';
import { step } from '../../../shared/workflow/step.ts';
import { asleepOver } from '../../fakes/asleepOver.ts';
import { earlier } from '../../fakes/earlier.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

it('a gallery write that may yet come late is not done again, and gone beyond, before it can come no more', async () => {
  const world = new World();
  world.policyFile.text = `${enforce}  restarts: []\nrelease: { rings: [{ regions: [westeurope] }, {}] }\n`;
  const regions = ['westeurope', 'northeurope'];
  world.galleries.create(ubuntu, '1.0.0', {
    sourceId: 'healthy',
    excludeFromLatest: true,
    regions,
    replicationMs: 1_000,
  });
  const { asked, come } = answeredLate(world, () => true);
  while (!asked()) await world.run({ forMs: 1_000, sweeps: false });

  await world.run({ forMs: 25_000, sweeps: false });
  await come();
  await world.run();

  expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
  expect(world.types('1.0.0')).not.toContain('releaseStopped');
  expect(world.galleries.writes.map(({ plan }) => plan.regions)).toEqual([
    { westeurope: false, northeurope: true },
    { westeurope: false, northeurope: false },
  ]);
});

it('a publication waits until a hold that another step has done again can come no more', async () => {
  const world = new World();
  world.policyFile.text = `${enforce}  restarts: []\n`;
  // As long as a small image takes at best, less than a write may be on its way.
  const second = 1_000;
  world.smokeTestVms.pace = {
    provisionedMs: second,
    agentMs: second,
    commandMs: second,
    restartMs: second,
    deletedMs: second,
  };
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', replicationMs: second });
  world.time.moveTo(world.time.nowMs + second);
  const { ports, asked, goOn } = asleepOver(world.ports, 'galleries', 'writeFlags');
  const lost = step(ports, world.settings, earlier(world), 1);
  await asked;

  await world.run({ forMs: 25_000, sweeps: false });
  expect(world.types('1.0.0')).toContain('verdictReached');
  goOn();
  await expect(lost).rejects.toThrow(LogConflict);
  expect(world.types('1.0.0')).not.toContain('publishIntended');
  await world.run();

  expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  const hold = { westeurope: true };
  expect(world.galleries.writes.map(({ plan }) => plan.regions)).toEqual([hold, hold, { westeurope: false }]);
});

it('a write is not intended anew, on flags that somebody changed, before the one of before can come no more', async () => {
  const world = new World();
  world.policyFile.text = `${enforce}lifecycle: { endOfLife: { supersededAfterDays: 30 } }\n`;
  const options = { sourceId: 'healthy', excludeFromLatest: true, regions: ['westeurope', 'northeurope'] };
  world.galleries.create(ubuntu, '1.0.0', options);
  await world.run({ forMs: 600_000 });
  const { asked, come } = answeredLate(world, ({ setEndOfLife }) => setEndOfLife !== undefined);
  world.galleries.create(ubuntu, '1.0.1', options);
  while (!asked()) await world.run({ forMs: 1_000, sweeps: false });
  world.galleries.edit(ubuntu, '1.0.0', (version) => {
    for (const region of version.targetRegions) region.excludeFromLatest = region.name === 'northeurope';
  });

  await world.run({ forMs: 25_000, sweeps: false });
  await come();
  await world.run({ forMs: 600_000 });

  const types = world.types('1.0.0');
  expect(types.filter((type) => type === 'endOfLifeIntended')).toHaveLength(1);
  expect(types).toContain('endOfLifeSet');
});

/** The first write like this has no answer in time, and is done when it comes. */
function answeredLate(world: World, isIt: (plan: FlagPlan) => boolean) {
  let late: (() => Promise<void>) | undefined;
  world.wrap = (ports) => ({
    ...ports,
    galleries: withMethods(ports.galleries, {
      writeFlags: async (...of) => {
        if (late || !isIt(of[2])) return ports.galleries.writeFlags(...of);
        late = () => ports.galleries.writeFlags(...of);
        throw new AdapterError('no answer in time', { code: 'Timeout', retryable: true });
      },
    }),
  });
  return { asked: () => late !== undefined, come: async () => late?.() };
}
