import { expect, it, vi } from 'vitest';
import type { WakeUp } from '../../../shared/domain/wakeUps.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { definitionLog, LogConflict } from '../../../shared/workflow/log.ts';
import { step } from '../../../shared/workflow/step.ts';
import { ubuntu, World } from '../../fakes/world.ts';

it('a step that loses its lock while it reads does not do again what the next one has done and gone beyond', async () => {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', replicationMs: 1_000 });
  vi.spyOn(world.galleries, 'writeFlags').mockRejectedValueOnce(
    new AdapterError('the network is down', { code: 'Unreachable', retryable: true }),
  );
  while (!world.types('1.0.0').includes('holdIntended')) await world.run({ forMs: 1_000, sweeps: false });
  expect(world.types('1.0.0')).not.toContain('galleryWriteAccepted');
  const wakeUp: WakeUp = { schema: 1, key: world.key(), definition: ubuntu, cause: 'event of before', retry: 0 };
  const { ports, goOn } = slowToRead(world);
  const lost = step(ports, world.settings, wakeUp, 1);

  await world.run({ forMs: 600_000 });
  expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  const writes = world.galleries.writes.length;
  goOn();
  await expect(lost).rejects.toThrow(LogConflict);

  expect(world.galleries.writes).toHaveLength(writes);
  expect(world.latest()).toEqual({ westeurope: '1.0.0' });
});

/** Ports of a worker that has the definition's log minutes after it asked for it. */
function slowToRead({ ports, key }: World) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const name = definitionLog(key());
  const auditLogs = Object.create(ports.auditLogs, {
    read: {
      value: async (...[log, ...rest]: Parameters<typeof ports.auditLogs.read>) => {
        const read = await ports.auditLogs.read(log, ...rest);
        if (log === name) await promise;
        return read;
      },
    },
  });
  return { ports: { ...ports, auditLogs }, goOn: resolve };
}
