import { expect, test } from 'vitest';
import { reindex } from '../../../../shared/workflow/audit/reindex.ts';
import { putTeam } from '../../../../shared/workflow/changeTeam.ts';
import { indexEntries } from '../../../../shared/workflow/indexEntries.ts';
import { ubuntu, World } from '../../../fakes/world.ts';

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

test('an index that was deleted is the same again, and one that is complete is left alone', async () => {
  const world = new World();
  world.guests.broken = { exitStatus: 3 };
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  world.galleries.create(ubuntu, '1.0.1', { sourceId: 'broken', excludeFromLatest: true });
  await world.run();
  await putTeam(world.ports, 'web', { filter: {}, principals: [] }, { actor: 'a', requestId: 'r' });
  await indexEntries(
    world.ports,
    [...world.auditIndex.records.values()].map((record) => ({ record, retry: 0 })),
  );
  const before = new Map([...world.dayIndex.days].map(([day, records]) => [day, records.toSorted(byId)]));
  expect(before.size).toBe(1);

  expect(await reindex(world.ports)).toMatchObject({ added: 0, unreadable: [] });
  world.dayIndex.days.clear();
  const { added } = await reindex(world.ports);

  expect(new Map([...world.dayIndex.days].map(([day, records]) => [day, records.toSorted(byId)]))).toEqual(before);
  expect(added).toBe(world.allEntries().length);
});
