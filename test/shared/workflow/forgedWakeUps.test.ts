import { expect, it } from 'vitest';
import { definitionKey } from '../../../shared/domain/ids.ts';
import { parseWakeUp } from '../../../shared/domain/wakeUps.ts';
import { handleWakeUp } from '../../../shared/workflow/handleWakeUp.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const foreign = { ...ubuntu, gallery: 'somebodyElses' };

it('a message that names a gallery that is not in charge leaves no trace', async () => {
  const world = new World();
  const wakeUp = { schema: 1, key: definitionKey(foreign), definition: foreign, cause: 'forged', retry: 0 };
  world.galleries.createDefinition(foreign);
  world.galleries.create(foreign, '1.0.0', { sourceId: 'healthy' });

  await handleWakeUp(world.ports, world.settings, parseWakeUp(wakeUp));

  expect(world.auditLogs.blobs.size).toBe(0);
  expect(world.documents.documents.size).toBe(0);
  expect(world.logged.join()).toContain('is ignored');
});

it('a message that says it is due in years ahead moves no clock', async () => {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, replicationMs: 1_000 });
  world.time.moveTo(world.time.nowMs + 1_000);
  const dueAt = '2099-01-01T00:00:00.000Z';
  const wakeUp = { schema: 1, key: world.key(), definition: ubuntu, cause: `timer ${dueAt}`, dueAt, retry: 0 };

  await handleWakeUp(world.ports, world.settings, parseWakeUp(wakeUp));

  expect(world.types('1.0.0')).toContain('launchAccepted');
  expect(world.allEntries().map(({ at }) => at)).not.toContain(dueAt);
  expect([...world.smokeTestVms.vms.values()].map(({ request }) => request.expiresAt)).toEqual([
    '2026-11-22T10:00:01.000Z',
  ]);
  expect(world.logged.join()).toContain('is due only at 2099-01-01T00:00:00.000Z');
});

const otherKey = { schema: 1, key: 'ffffffffffffffffffff', definition: ubuntu, cause: 'forged', retry: 0 };

it.each([undefined, 'text', 7, {}, { schema: 1, key: '../../x', cause: 'c', retry: 0 }, otherKey])(
  'a message of another shape (%j) is dropped and said',
  async (message) => {
    const world = new World();

    await handleWakeUp(world.ports, world.settings, parseWakeUp(message));

    expect(world.auditLogs.blobs.size).toBe(0);
    expect(world.logged.join()).toContain('is not a wake-up and is dropped');
  },
);
