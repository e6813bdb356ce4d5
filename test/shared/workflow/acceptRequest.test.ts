import { expect, it } from 'vitest';
import { parseWakeUp, wakeUpSchema } from '../../../shared/domain/wakeUps.ts';
import { acceptRequest } from '../../../shared/workflow/acceptRequest.ts';
import { handleWakeUp } from '../../../shared/workflow/handleWakeUp.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const quarantine = { type: 'quarantineRequested' as const, version: '1.0.0', reason: 'CVE-2026-1234' };

/** A world at rest, and its ports for one who asks: a whole step comes between the marker and the entry, and no wake-up arrives. */
async function interrupted() {
  const world = new World();
  for (const version of ['1.0.0', '1.0.1'])
    world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true });
  await world.run();
  const wakeUp = parseWakeUp({
    schema: wakeUpSchema,
    key: world.key(),
    definition: ubuntu,
    cause: 'an event',
    retry: 0,
  });
  const append = world.auditLogs.append.bind(world.auditLogs);
  const ports = {
    ...world.ports,
    auditLogs: withMethods(world.ports.auditLogs, {
      append: async (...entry) => {
        await handleWakeUp(world.ports, world.settings, wakeUp);
        return append(...entry);
      },
    }),
    wakeUps: withMethods(world.ports.wakeUps, { send: async () => {} }),
  };
  return { world, ports };
}

it('a step that begins and ends between the marker and the entry of a request leaves the marker', async () => {
  const { world, ports } = await interrupted();

  await acceptRequest(ports, { definition: ubuntu, id: 'r1', actor: 'operator-1', fact: quarantine });
  expect(world.openMarkers()).toHaveLength(1);
  await world.run();

  expect(world.announced()).toContain('1.0.0 withdrawn');
  expect([...world.auditIndex.records.values()].map(({ type }) => type)).toContain('quarantineRequested');
  expect(world.openMarkers()).toEqual([]);
});

it('the marker of a request whose entry never came is deleted after five minutes', async () => {
  const { world, ports } = await interrupted();
  const crashed = withMethods(ports.auditLogs, {
    append: async () => {
      throw new Error('the process ends');
    },
  });
  const request = { definition: ubuntu, id: 'r1', actor: 'operator-1', fact: quarantine };
  await expect(acceptRequest({ ...ports, auditLogs: crashed }, request)).rejects.toThrow('the process ends');
  expect(world.openMarkers()).toHaveLength(1);

  await world.run();

  expect(world.openMarkers()).toEqual([]);
});
