import { expect, it } from 'vitest';
import { definitionKey } from '../../../shared/domain/ids.ts';
import { parseWakeUp } from '../../../shared/domain/wakeUps.ts';
import { handleWakeUp } from '../../../shared/workflow/handleWakeUp.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const foreign = { ...ubuntu, gallery: 'somebodyElses' };

it.each([
  ['a gallery that is not in charge', { key: definitionKey(foreign), definition: foreign }],
  ['a key that is not of the definition', { key: 'ffffffffffffffffffff', definition: ubuntu }],
])('a message that names %s leaves no trace', async (_, named) => {
  const world = new World();
  world.galleries.createDefinition(foreign);
  world.galleries.create(foreign, '1.0.0', { sourceId: 'healthy' });
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });

  await handleWakeUp(world.ports, world.settings, parseWakeUp({ schema: 1, ...named, cause: 'forged', retry: 0 }));

  expect(world.auditLogs.blobs.size).toBe(0);
  expect(world.documents.documents.size).toBe(0);
  expect(world.logged.join()).toContain('is ignored');
});

it.each([undefined, 'text', 7, {}, { schema: 1, key: '../../x', cause: 'c', retry: 0 }])(
  'a message of another shape (%j) is dropped and said',
  async (message) => {
    const world = new World();

    await handleWakeUp(world.ports, world.settings, parseWakeUp(message));

    expect(world.auditLogs.blobs.size).toBe(0);
    expect(world.logged.join()).toContain('is not a wake-up and is dropped');
  },
);
