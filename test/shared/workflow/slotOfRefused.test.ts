import { expect, it } from 'vitest';
import { withMethods } from '../../fakes/withMethods.ts';
import { ubuntu, World } from '../../fakes/world.ts';

it('a worker that dies when it has given a slot back does not launch the refused VM again without one', async () => {
  const world = new World();
  world.guests.refused = { launchErrors: [{ code: 'SkuNotAvailable', sync: true }] };
  const launches: { vmName: string; hasSlot: boolean }[] = [];
  let mayDie = true;
  world.wrap = (ports) => {
    let isDead = false;
    return {
      ...ports,
      auditLogs: withMethods(ports.auditLogs, {
        append: async (...args) => {
          if (isDead) throw new Error('died');
          return ports.auditLogs.append(...args);
        },
      }),
      documents: withMethods(ports.documents, {
        write: async (name, value, ifMatch) => {
          const isGivenBack = name === 'slots/westeurope' && ifMatch !== undefined && launches.length === 1;
          const written = await ports.documents.write(name, value, ifMatch);
          const { text = '' } = world.documents.documents.get(name) ?? {};
          if (!mayDie || !isGivenBack || text.includes(launches[0]?.vmName ?? '')) return written;
          mayDie = false;
          isDead = true;
          throw new Error('died');
        },
      }),
      smokeTestVms: withMethods(ports.smokeTestVms, {
        launch: async (request) => {
          const { text = '' } = world.documents.documents.get('slots/westeurope') ?? {};
          launches.push({ vmName: request.vmName, hasSlot: text.includes(request.vmName) });
          return ports.smokeTestVms.launch(request);
        },
      }),
    };
  };
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'refused' });

  await world.run();

  expect(mayDie).toBe(false);
  expect(launches.map(({ hasSlot }) => hasSlot)).not.toContain(false);
  expect(world.types('1.0.0')).toContain('published');
});
