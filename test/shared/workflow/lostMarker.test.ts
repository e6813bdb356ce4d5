import { expect, it } from 'vitest';
import { definitionLog, LogConflict } from '../../../shared/workflow/log.ts';
import { step } from '../../../shared/workflow/step.ts';
import { asleepOver } from '../../fakes/asleepOver.ts';
import { earlier } from '../../fakes/earlier.ts';
import { ubuntu, World } from '../../fakes/world.ts';

it('a step that loses its lock while it appends the first entry of a version leaves nothing without a marker', async () => {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', replicationMs: 1_000 });
  const { ports, asked, goOn } = asleepOver(world.ports, 'auditLogs', 'append', isOfVersion);
  const lost = step(ports, world.settings, earlier(world), 1);
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
  const { ports, asked } = asleepOver(world.ports, 'auditLogs', 'append', isOfVersion);
  void step(ports, world.settings, earlier(world), 1);
  await asked;

  world.galleries.remove(ubuntu, '1.0.0');
  await world.run({ forMs: 280_000 });
  expect(world.openMarkers()).toHaveLength(1);
  await world.run({ forMs: 400_000 });

  expect(world.openMarkers()).toEqual([]);
});

it('a step that has its marker from minutes before appends nothing where it is gone by now', async () => {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', replicationMs: 1_000 });
  await world.run({ forMs: 60_000 });
  expect(world.openMarkers()).toHaveLength(1);
  const { ports, asked, goOn } = asleepOver(
    world.ports,
    'auditLogs',
    'read',
    (_, log) => log === definitionLog(world.key()),
  );
  const lost = step(ports, world.settings, earlier(world), 1);
  await asked;

  await world.run();
  expect(world.openMarkers()).toEqual([]);
  world.galleries.remove(ubuntu, '1.0.0');
  goOn();
  await expect(lost).rejects.toThrow(LogConflict);

  expect(world.types('1.0.0')).not.toContain('versionDeleted');
  await world.run();
  expect(world.types('1.0.0')).toContain('versionDeleted');
});

function isOfVersion(_: number, log: unknown): boolean {
  return String(log).startsWith('incarnations/');
}
