import { expect, it } from 'vitest';
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
  let come: (() => Promise<void>) | undefined;
  world.wrap = (ports) => ({
    ...ports,
    galleries: withMethods(ports.galleries, {
      writeFlags: async (...of) => {
        if (come) return ports.galleries.writeFlags(...of);
        come = () => ports.galleries.writeFlags(...of);
        throw new AdapterError('no answer in time', { code: 'Timeout', retryable: true });
      },
    }),
  });
  while (!come) await world.run({ forMs: 1_000, sweeps: false });

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
