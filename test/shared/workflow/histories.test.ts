import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/domain/instant.ts';
import type { RequestFact } from '../../../shared/domain/requests.ts';
import { acceptRequest } from '../../../shared/workflow/acceptRequest.ts';
import { askInstance } from '../../../shared/workflow/askInstance.ts';
import { readInstance } from '../../../shared/workflow/readInstance.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

const regions = ['westeurope', 'northeurope'];
const patch = fc.integer({ min: 0, max: 3 });
const number = (index: number) => `1.0.${index}`;

type Happening = (world: World) => Promise<unknown>;

/** So that a counterexample can be read. */
function named(happening: Happening, ...words: unknown[]): Happening {
  return Object.assign(happening, { [fc.toStringMethod]: () => words.map((word) => fc.stringify(word)).join(' ') });
}

const creation = (longestReplicationMs: number) =>
  fc
    .record({
      patch,
      source: fc.constantFrom('healthy', 'healthy', 'broken', 'mute'),
      failsIn: fc.subarray(regions, { maxLength: 1 }),
      replicationMs: fc.integer({ min: 1_000, max: longestReplicationMs }),
    })
    .map(({ patch: index, source, failsIn, replicationMs }) => {
      const version = number(index);
      const options = { sourceId: source, excludeFromLatest: true, regions, failsIn, replicationMs };
      const happen: Happening = async ({ galleries }) => {
        if (galleries.all().some((each) => each.version.version === version)) galleries.remove(ubuntu, version);
        galleries.create(ubuntu, version, options);
      };
      return named(happen, 'create', version, options);
    });
const remove = patch.map(
  (index): Happening =>
    async ({ galleries }) => {
      const version = number(index);
      if (galleries.all().some((each) => each.version.version === version)) galleries.remove(ubuntu, version);
    },
);
const addRegion = patch.map(
  (index): Happening =>
    async ({ galleries }) => {
      const version = number(index);
      if (!galleries.all().some((each) => each.version.version === version)) return;
      galleries.edit(ubuntu, version, (edited) => {
        if (edited.targetRegions.some(({ name }) => name === 'uksouth')) return;
        edited.targetRegions.push({ name: 'uksouth', excludeFromLatest: true });
        edited.replication = { ...edited.replication, uksouth: 'Completed' };
      });
    },
);
/** Both flags of each region, as somebody does who goes around the service. */
const editFlags = fc.record({ patch, hidden: fc.boolean() }).map(({ patch: index, hidden }) => {
  const version = number(index);
  const happen: Happening = async ({ galleries }) => {
    if (!galleries.all().some((each) => each.version.version === version)) return;
    galleries.edit(ubuntu, version, (edited) => {
      edited.excludeFromLatest = hidden;
      for (const region of edited.targetRegions) region.excludeFromLatest = hidden;
    });
  };
  return named(happen, hidden ? 'hide' : 'show', version);
});
const kinds = ['rollback', 'quarantine', 'lift', 'publish', 'veto', 'approve', 'pause', 'resume', 'retest', 'announce'];
const request = fc.record({ patch, kind: fc.constantFrom(...kinds) }).map(({ patch: index, kind }) => {
  const asked = askedOf(kind, number(index));
  const happen: Happening = async (world) => {
    const before = Object.keys(world.latest());
    const { outcome } = await world.ask(asked);
    if (asked.type !== 'rollbackRequested' || outcome !== 'accepted') return;
    await world.run({ forMs: 120_000 });
    // Nothing that was offered somewhere is offered nowhere after a rollback.
    for (const region of before) expect(Object.keys(world.latest())).toContain(region);
  };
  return named(happen, asked);
});

/** Accepted one right after the other: what comes of them must not hang on the order in which their wake-ups arrive. */
const commands = fc.array(fc.tuple(fc.constantFrom(...kinds), patch), { minLength: 1, maxLength: 3 }).map((asked) => {
  const facts = asked.map(([kind, index]) => askedOf(kind, number(index)));
  return named((world) => acceptAll(world, facts), facts);
});

/** The wake-up of each travels as its events do; a lost one is made up for by the sweep. */
async function acceptAll(world: World, facts: RequestFact[]): Promise<void> {
  const { ports, time, route } = world;
  const send: World['wakeUps']['send'] = async (wakeUp, id) => {
    for (const [copy, delayMs] of route(id).entries())
      await world.wakeUps.send(wakeUp, `${id}-${copy}`, instantOf(time.nowMs + delayMs));
  };
  const wakeUps = withMethods(ports.wakeUps, { send });
  for (const [index, fact] of facts.entries()) {
    const id = `command-${time.nowMs}-${index}`;
    await acceptRequest({ ...ports, wakeUps }, { definition: ubuntu, id, actor: 'operator-1', fact });
  }
}

function askedOf(kind: string, version: string): RequestFact {
  const reason = 'because';
  switch (kind) {
    case 'rollback':
      return { type: 'rollbackRequested', version, reason };
    case 'quarantine':
      return { type: 'quarantineRequested', version, reason };
    case 'lift':
      return { type: 'liftRequested', version, reason };
    case 'publish':
      return { type: 'publishRequested', version, reason };
    case 'announce':
      return { type: 'announceRequested', version, reason };
    case 'retest':
      return { type: 'retestRequested', version, reason };
    case 'pause':
      return { type: 'pauseRequested', reason };
    case 'resume':
      return { type: 'resumeRequested', reason };
    default:
      return { type: 'answerRequested', version, answer: kind === 'veto' ? 'veto' : 'approve', reason };
  }
}

let asks = 0;
const everything = fc.constantFrom('pause' as const, 'resume' as const).map((kind) => {
  const by = () => ({ actor: 'operator-1', requestId: `everything-${++asks}` });
  return named((world) => askInstance(world.ports, { kind, reason: 'because' }, by()), kind, 'everything');
});

const history = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 5, arbitrary: creation(1_200_000) },
      remove,
      addRegion,
      { weight: 4, arbitrary: request },
      everything,
    ),
    fc.integer({ min: 0, max: 900_000 }),
  ),
  { minLength: 1, maxLength: 10 },
);

function newWorld(): World {
  const world = new World();
  world.policyFile.text = `${enforce}replicationLimitHours: 0.2
release: { rings: [{ regions: [westeurope], soakHours: 0.1 }, {}] }
`;
  world.guests.broken = { exitStatus: 3 };
  world.guests.mute = { answer: '' };
  return world;
}

describe('whatever happens to versions, and whatever operators ask for', () => {
  it('invariants 1, 3 and 9: nothing untested is visible after any write, nothing inconclusive is published, nothing begins in a pause of everything, nobody loses a region, no log breaks, and it comes to rest', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (happenings) => {
        const world = newWorld();
        for (const [happen, waitMs] of happenings) {
          await happen(world);
          const before = begun(world);
          const isPaused = await pausedAsAWhole(world);
          await world.run({ forMs: waitMs });
          if (isPaused) expect(begun(world)).toBe(before);
        }
        await world.run();

        expect([...world.exposed]).toEqual([]);
        expect(world.brokenChains()).toEqual([]);
        expect(world.smokeTestVms.vms.size).toBe(0);
        for (const [version, verdict] of verdicts(world))
          if (verdict === 'inconclusive') expect(typesOf(world, version)).not.toContain('published');
        const writes = world.galleries.writes.length;
        await world.run({ forMs: 3_600_000 });
        expect(world.galleries.writes).toHaveLength(writes);
        for (const { plan } of world.galleries.writes)
          expect(Object.keys(plan.regions)).toEqual(expect.arrayContaining(regions));
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('invariant 7, order does not matter: events of versions, of hand edits and deletions, and wake-ups of commands, that are late, doubled or out of order lead to the same latest versions, one verdict for each incarnation, and none that failed is visible', async () => {
    // Later than the limit, it would matter when a version was seen first.
    const byHand = fc.oneof(remove, addRegion, editFlags);
    const happenings = fc.oneof(
      { weight: 2, arbitrary: creation(300_000) },
      { weight: 2, arbitrary: commands },
      byHand,
    );
    const histories = fc.array(happenings, { minLength: 1, maxLength: 6 });
    const delays = fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(histories, fc.array(delays, { minLength: 1, maxLength: 20 }), async (all, routes) => {
        const outcomes: Record<string, string>[] = [];
        for (const route of [() => [0], delayed(routes)]) {
          const world = newWorld();
          world.route = route;
          for (const happen of all) {
            await happen(world);
            await world.run({ forMs: 3_600_000 });
          }
          await world.run();
          outcomes.push(world.latest());
          expect(logsOfVerdicts(world)).toHaveLength(new Set(logsOfVerdicts(world)).size);
          world.exposed.clear();
          world.galleries.onChange();
          expect([...world.exposed]).toEqual([]);
        }

        expect(outcomes[1]).toEqual(outcomes[0]);
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});

async function pausedAsAWhole({ ports }: World): Promise<boolean> {
  return (await readInstance(ports)).paused !== undefined;
}

/** Smoke-test VMs and publications, of which a pause of everything allows no new ones. */
function begun(world: World): number {
  return world.allEntries().filter(({ fact }) => ['launchIntended', 'publishIntended'].includes(fact.type)).length;
}

function delayed(routes: number[][]): () => number[] {
  let next = 0;
  return () => routes[next++ % routes.length] ?? [0];
}

function verdicts(world: World): [string, string][] {
  return world
    .allEntries()
    .flatMap(({ log, fact }): [string, string][] => (fact.type === 'verdictReached' ? [[log, fact.verdict]] : []));
}

function logsOfVerdicts(world: World): string[] {
  return verdicts(world).map(([log]) => log);
}

function typesOf(world: World, log: string): string[] {
  return world.allEntries().flatMap((entry) => (entry.log === log ? [entry.fact.type] : []));
}
