import { expect, it, vi } from 'vitest';
import type { WakeUp } from '../../../shared/domain/wakeUps.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { definitionLog, LogConflict } from '../../../shared/workflow/log.ts';
import { step } from '../../../shared/workflow/step.ts';
import { asleepOver } from '../../fakes/asleepOver.ts';
import { earlier } from '../../fakes/earlier.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

it('a step that loses its lock while it reads does not do again what the next one has done and gone beyond', async () => {
  const world = new World();
  const wakeUp = await intendHold(world);
  expect(world.types('1.0.0')).not.toContain('galleryWriteAccepted');
  const { ports, goOn } = asleepOver(
    world.ports,
    'auditLogs',
    'read',
    (_, log) => log === definitionLog(world.key()),
    true,
  );
  const lost = step(ports, world.settings, wakeUp, 1);

  await overtake(world, 600_000);
  await expectNoMore(world, lost, goOn);
});

it('a step that loses its lock right before it writes to the gallery does not write what the next one has gone beyond', async () => {
  const world = new World();
  world.policyFile.text = `${enforce}  restarts: []\n`;
  const wakeUp = await intendHold(world);
  const { ports, asked, goOn } = asleepOver(world.ports, 'galleries', 'getVersion', (count) => count === 2);
  const lost = step(ports, world.settings, wakeUp, 1);
  await asked;

  await overtake(world, 75_000);
  await expectNoMore(world, lost, goOn);
});

/** A hold that did not reach Azure; returns what wakes the step that does it again. */
async function intendHold(world: World): Promise<WakeUp> {
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', replicationMs: 1_000 });
  vi.spyOn(world.galleries, 'writeFlags').mockRejectedValueOnce(
    new AdapterError('the network is down', { code: 'Unreachable', retryable: true }),
  );
  while (!world.types('1.0.0').includes('holdIntended')) await world.run({ forMs: 1_000, sweeps: false });
  return earlier(world);
}

async function overtake(world: World, forMs: number): Promise<void> {
  await world.run({ forMs });
  expect(world.latest()).toEqual({ westeurope: '1.0.0' });
}

/** What the step that was overtaken finds when it goes on leaves the gallery as it is. */
async function expectNoMore(world: World, lost: Promise<unknown>, goOn: () => void): Promise<void> {
  const writes = world.galleries.writes.length;
  goOn();
  await expect(lost).rejects.toThrow(LogConflict);
  expect(world.galleries.writes).toHaveLength(writes);
  expect(world.latest()).toEqual({ westeurope: '1.0.0' });
}

it('a step does not launch by an intent of before whose run another one has ended meanwhile', async () => {
  const world = new World();
  const unreachable = { code: 'Unreachable', sync: true, retryable: true };
  world.guests.healthy = { launchErrors: [unreachable, { code: 'SkuNotAvailable', sync: true }] };
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, replicationMs: 1_000 });
  while (!world.types('1.0.0').includes('launchIntended')) await world.run({ forMs: 1_000, sweeps: false });
  const { ports, asked, goOn } = asleepOver(world.ports, 'galleries', 'listVersions');
  const lost = step(ports, world.settings, earlier(world), 1);
  await asked;

  await world.run({ forMs: 20_000, sweeps: false });
  expect(world.types('1.0.0')).toContain('runRefused');
  const launches = vi.spyOn(world.smokeTestVms, 'launch');
  goOn();
  await expect(lost).rejects.toThrow(LogConflict);

  expect(launches).not.toHaveBeenCalled();
});
