import { expect, it, vi } from 'vitest';
import type { WakeUp } from '../../../shared/domain/wakeUps.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { definitionLog, LogConflict } from '../../../shared/workflow/log.ts';
import { step } from '../../../shared/workflow/step.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

it('a step that loses its lock while it reads does not do again what the next one has done and gone beyond', async () => {
  const world = new World();
  const wakeUp = await intendHold(world);
  expect(world.types('1.0.0')).not.toContain('galleryWriteAccepted');
  const { ports, goOn } = slowToRead(world);
  const lost = step(ports, world.settings, wakeUp, 1);

  await overtake(world, 600_000);
  await expectNoMore(world, lost, goOn);
});

it('a step that loses its lock right before it writes to the gallery does not write what the next one has gone beyond', async () => {
  const world = new World();
  world.policyFile.text = `${enforce}  restarts: []\n`;
  const wakeUp = await intendHold(world);
  const { ports, asked, goOn } = slowBeforeItWrites(world);
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
  return { schema: 1, key: world.key(), definition: ubuntu, cause: 'event of before', retry: 0 };
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

it('a step that loses its lock while it appends the first entry of a version leaves nothing without a marker', async () => {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', replicationMs: 1_000 });
  const wakeUp: WakeUp = { schema: 1, key: world.key(), definition: ubuntu, cause: 'event of before', retry: 0 };
  const { ports, asked, goOn } = slowToBegin(world);
  const lost = step(ports, world.settings, wakeUp, 1);
  await asked;

  // Nothing is met any more by who has the session now, and all work seems to be done.
  world.galleries.remove(ubuntu, '1.0.0');
  await world.run({ forMs: 25_000, sweeps: false });
  expect(world.types('1.0.0')).toEqual([]);
  expect(world.openMarkers()).toHaveLength(1);
  goOn();
  await expect(lost).rejects.toThrow(LogConflict);

  expect(world.types('1.0.0')).toEqual(['versionDetected']);
  await world.run();
  expect([...world.auditIndex.records.values()].map(({ type }) => type)).toContain('versionDetected');
  expect(world.openMarkers()).toEqual([]);
});

it('a first entry that never comes keeps the marker for some minutes', async () => {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', replicationMs: 1_000 });
  const wakeUp: WakeUp = { schema: 1, key: world.key(), definition: ubuntu, cause: 'event of before', retry: 0 };
  const { ports, asked } = slowToBegin(world);
  void step(ports, world.settings, wakeUp, 1);
  await asked;

  world.galleries.remove(ubuntu, '1.0.0');
  await world.run({ forMs: 280_000 });
  expect(world.openMarkers()).toHaveLength(1);
  await world.run({ forMs: 400_000 });

  expect(world.openMarkers()).toEqual([]);
});

/** Ports of a worker that falls asleep over its first append to the log of an incarnation. */
function slowToBegin({ ports }: World) {
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const auditLogs = withMethods(ports.auditLogs, {
    append: async (log, ...rest) => {
      if (log.startsWith('incarnations/')) {
        asked.resolve();
        await answer.promise;
      }
      return ports.auditLogs.append(log, ...rest);
    },
  });
  return { ports: { ...ports, auditLogs }, asked: asked.promise, goOn: answer.resolve };
}

/** Ports of a worker whose second look at the version, the one right before the write, takes a minute. */
function slowBeforeItWrites({ ports }: World) {
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let looks = 0;
  const galleries = withMethods(ports.galleries, {
    getVersion: async (...of) => {
      looks += 1;
      if (looks === 2) {
        asked.resolve();
        await answer.promise;
      }
      return ports.galleries.getVersion(...of);
    },
  });
  return { ports: { ...ports, galleries }, asked: asked.promise, goOn: answer.resolve };
}

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
