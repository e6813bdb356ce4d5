import { describe, expect, it } from 'vitest';
import type { RequestFact } from '../../../shared/domain/requests.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

const regions = ['westeurope', 'northeurope'];
const numbers = ['1.0.0', '1.0.1', '1.0.2'];

type Happening =
  | { kind: 'create'; number: string; source: string; visible: boolean }
  | { kind: 'remove' | 'show' | 'rollback' | 'quarantine' | 'publish'; number: string };

const number = fc.constantFrom(...numbers);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('create'),
      number,
      source: fc.constantFrom('healthy', 'healthy', 'broken', 'mute'),
      visible: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('remove', 'show', 'rollback', 'quarantine', 'publish'), number }),
  },
);
const history = fc.array(happening, { minLength: 1, maxLength: 5 });
const orders: Record<string, RequestFact['type']> = {
  rollback: 'rollbackRequested',
  quarantine: 'quarantineRequested',
  publish: 'publishRequested',
};

async function happen(world: World, now: Happening): Promise<void> {
  const { galleries } = world;
  const exists = galleries.all().some(({ version }) => version.version === now.number);
  if (now.kind === 'create') {
    if (exists) galleries.remove(ubuntu, now.number);
    galleries.create(ubuntu, now.number, { sourceId: now.source, excludeFromLatest: !now.visible, regions });
  } else if (now.kind === 'remove') {
    if (exists) galleries.remove(ubuntu, now.number);
  } else if (now.kind === 'show') {
    if (exists)
      galleries.edit(ubuntu, now.number, (version) => {
        version.excludeFromLatest = false;
        for (const region of version.targetRegions) region.excludeFromLatest = false;
      });
  } else {
    await world.ask({ type: orders[now.kind], version: now.number, reason: 'because' } as RequestFact);
  }
  await world.run();
}

/** `echo` says when the event of a write of the service arrives, each copy of it; other events arrive at once. */
async function play(happenings: Happening[], echo: () => number[]): Promise<World> {
  const world = new World();
  world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope], soakHours: 0.1 }, {}] }\n`;
  world.guests.broken = { exitStatus: 3 };
  world.guests.mute = { answer: '' };
  world.route = (subject) => {
    const { writes, updateMs } = world.galleries;
    const isOurs = writes.some((write) => write.subject === subject && write.atMs + updateMs === world.time.nowMs);
    return isOurs ? echo() : [0];
  };
  for (const each of happenings) await happen(world, each);
  return world;
}

describe('the events of its own writes', () => {
  it('invariant 11, no loop: they make no difference: lost, doubled or late, they bring no write and no announcement more', async () => {
    const echoes = fc.array(fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(history, echoes, async (happenings, all) => {
        let next = 0;
        const silent = await play(happenings, () => []);
        const loud = await play(happenings, () => all[next++ % all.length] ?? []);

        expect(written(loud)).toEqual(written(silent));
        expect(loud.announced('').toSorted()).toEqual(silent.announced('').toSorted());
        expect(loud.latest()).toEqual(silent.latest());
        await comesToRest(loud);
      }),
      { numRuns: 10 },
    );
  }, 120_000);
});

/** Whatever Azure reports once more of what is done, nothing is written, told or noted. */
async function comesToRest(world: World): Promise<void> {
  const before = {
    writes: world.galleries.writes.length,
    told: world.announced('').length,
    entries: world.allEntries().length,
  };
  for (const { version } of world.galleries.all()) {
    world.galleries.edit(ubuntu, version.version, () => undefined);
    world.galleries.edit(ubuntu, version.version, () => undefined);
  }
  await world.run();
  expect({
    writes: world.galleries.writes.length,
    told: world.announced('').length,
    entries: world.allEntries().length,
  }).toEqual(before);
}

function written({ galleries }: World): unknown[] {
  return galleries.writes.map(({ subject, plan: { excludeFromLatest, regions: flags } }) => [
    subject,
    excludeFromLatest,
    flags,
  ]);
}
