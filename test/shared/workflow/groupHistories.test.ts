import { expect, it } from 'vitest';
import { definitionKey, definitionResourceId, type ImageDefinitionId } from '../../../shared/domain/ids.ts';
import { isHidden, offeredRegions } from '../../../shared/domain/imageVersion.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

const members = ['ubuntu-2404', 'ubuntu-2404-gen1', 'ubuntu-2404-arm64'].map((image) => ({ ...ubuntu, image }));
const policyOf = (
  soakHours: number,
) => `${enforce}groups: [{ name: noble, images: [${members.map(({ image }) => image).join(', ')}] }]
release: { gates: { teams: [web] }, rings: [{ regions: [westeurope], soakHours: ${soakHours} }, {}] }
`;
const regions = ['westeurope', 'northeurope'];
const version = '1.0.0';
const reason = 'because';

const base = members.flatMap((member) => [['create', member] as const, ['approve', member] as const]);
const disturbance = fc.tuple(fc.constantFrom('veto', 'veto', 'veto', 'createBroken'), fc.constantFrom(...members));
/** Most of what publishes a group in any order, and a few things that hold it or make it fail. */
const history = fc
  .tuple(fc.shuffledSubarray(base, { minLength: 5 }), fc.array(disturbance, { maxLength: 2 }))
  .chain(([wanted, others]) => fc.shuffledSubarray([...wanted, ...others], { minLength: wanted.length }))
  .chain((all) => fc.tuple(...all.map((each) => fc.tuple(fc.constant(each), fc.integer({ min: 0, max: 240_000 })))));

const entriesOf = (world: World, member: ImageDefinitionId) =>
  world.allEntries().filter(({ log }) => log.includes(definitionKey(member)));
const hasPassed = (world: World, member: ImageDefinitionId) =>
  entriesOf(world, member).some(({ fact }) => fact.type === 'verdictReached' && fact.verdict === 'passed');
const isQuarantined = (world: World, member: ImageDefinitionId) =>
  entriesOf(world, member).some(({ fact }) => fact.type === 'withdrawalOrdered' && fact.why === 'quarantine');
const isApproved = (world: World, member: ImageDefinitionId) => {
  const answers = entriesOf(world, member).flatMap(({ fact }) => (fact.type === 'answered' ? [fact.answer] : []));
  return answers.at(-1) === 'approve';
};
const mayStart = (world: World) =>
  members.every((member) => hasPassed(world, member) && isApproved(world, member) && !isQuarantined(world, member));
const exists = (world: World, member: ImageDefinitionId) =>
  world.galleries.all().some(({ id }) => id === `${definitionResourceId(member)}/versions/${version}`.toLowerCase());

/** What was so when the first member was shown first, and for how long each had soaked when its second ring began. */
interface Seen {
  starts: boolean[];
  soakedMs: number[];
}

/** An earlier good version stands everywhere. Nobody's flags are written to show anything before all members may start. */
function begin({ starts, soakedMs }: Seen, soakHours: number): World {
  const world = new World();
  const shownAt = new Map<string, number>();
  world.policyFile.text = policyOf(soakHours);
  world.guests.broken = { exitStatus: 1 };
  for (const member of members) {
    world.galleries.createDefinition(member);
    world.galleries.create(member, '0.9.0', { sourceId: 'old', createdAt: '2026-01-01T00:00:00.000Z', regions });
  }
  world.galleries.onChange = () => {
    for (const { id, version: seen } of world.galleries.all()) {
      if (seen.version !== version || isHidden(seen)) continue;
      if (starts.length === 0) starts.push(mayStart(world));
      for (const region of offeredRegions(seen)) {
        if (region === regions[1] && !shownAt.has(id + region))
          soakedMs.push(world.time.nowMs - (shownAt.get(id + regions[0]) ?? world.time.nowMs));
        if (!shownAt.has(id + region)) shownAt.set(id + region, world.time.nowMs);
      }
    }
  };
  return world;
}

async function happen(world: World, kind: string, member: ImageDefinitionId): Promise<void> {
  if (kind === 'create' || kind === 'createBroken') {
    const sourceId = kind === 'create' ? 'healthy' : 'broken';
    if (!exists(world, member)) world.galleries.create(member, version, { sourceId, excludeFromLatest: true, regions });
  } else if (kind === 'quarantine') {
    if (exists(world, member)) await world.ask({ type: 'quarantineRequested', version, reason }, 'operator-1', member);
  } else {
    const answer = kind === 'veto' ? 'veto' : 'approve';
    await world.ask({ type: 'answerRequested', version, answer, team: 'web', reason }, 'team-web', member);
  }
}

it('a group publishes all or none, in whatever order versions, verdicts, answers, vetoes and failures come', async () => {
  const ends = new Set<string>();
  type Play = [[readonly [string, ImageDefinitionId], number][], boolean, ImageDefinitionId | null, number];
  const play = async (...[happenings, takeBack, failsLater, soakHours]: Play) => {
    const seen: Seen = { starts: [], soakedMs: [] };
    const world = begin(seen, soakHours);
    const { starts, soakedMs } = seen;
    await world.run({ forMs: 60_000 });
    for (const [[kind, member], waitMs] of happenings) {
      await happen(world, kind, member);
      await world.run({ forMs: waitMs });
    }
    // A veto that came when some had begun halts the rest; what it held comes when it is taken back.
    if (takeBack || starts.length > 0) for (const member of members) await happen(world, 'approve', member);
    await world.run({ forMs: 600_000 });
    if (failsLater) await happen(world, 'quarantine', failsLater);
    await world.run({ forMs: 3_600_000 });

    const expected = mayStart(world) ? version : '0.9.0';
    const everywhere = { westeurope: expected, northeurope: expected };
    expect(members.map((member) => world.latest(member))).toEqual(members.map(() => everywhere));
    expect(starts).not.toContain(false);
    expect(soakedMs.filter((ms) => ms < soakHours * 3_600_000)).toEqual([]);
    ends.add(`${expected} ${starts.length > 0} ${soakedMs.length > 0}`);
  };

  await fc.assert(
    fc.asyncProperty(
      history,
      fc.constantFrom(true, true, false),
      fc.option(fc.constantFrom(...members), { freq: 2 }),
      // One member fails after its second ring, or while its first soaks.
      fc.constantFrom(0.05, 0.25),
      play,
    ),
    {
      numRuns: 40,
    },
  );

  // None ever, all taken back after the first ring and after the second, and all published.
  expect([...ends].sort()).toEqual(['0.9.0 false false', '0.9.0 true false', '0.9.0 true true', '1.0.0 true true']);
}, 120_000);
