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
