import { beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../../shared/domain/entries.ts';
import { type ImageVersion, isHidden, offeredRegions, replicatedRegions } from '../../../shared/domain/imageVersion.ts';
import type { RequestFact } from '../../../shared/domain/requests.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

/** Invariants of docs/design.md, checked after every write and at rest, over random histories on the real decisions. */
const histories = 40;
const regions = ['westeurope', 'northeurope', 'uksouth'];
const numbers = ['1.0.8', '1.0.9', '1.0.10'];
const policy = `${enforce}replicationLimitHours: 0.2
release: { rings: [{ regions: [westeurope], soakHours: 0.1 }, {}] }
`;

const number = fc.constantFrom(...numbers);
const creation = fc.record({
  kind: fc.constant('create' as const),
  number,
  source: fc.constantFrom('healthy', 'healthy', 'broken', 'mute'),
  visible: fc.boolean(),
  regions: fc.subarray(regions.slice(0, 2), { minLength: 1 }),
  failsIn: fc.subarray(regions, { maxLength: 1 }),
  replicationMs: fc.integer({ min: 1_000, max: 1_500_000 }),
});
const edit = fc.record({ kind: fc.constantFrom('show', 'hide', 'addRegion', 'moveEndOfLife', 'remove'), number });
const request = fc.record({ kind: fc.constantFrom('rollback', 'quarantine', 'lift', 'publish', 'retest'), number });
/** What passed is tested again, and fails. */
const failure = fc.record({ kind: fc.constant('failLater'), number });
type Creation = typeof creation extends fc.Arbitrary<infer T> ? T : never;
type Happening = Creation | { kind: string; number: string };
const history: fc.Arbitrary<[Happening, number][]> = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 4, arbitrary: creation },
      { weight: 2, arbitrary: edit },
      { weight: 2, arbitrary: request },
      { weight: 2, arbitrary: failure },
    ),
    fc.integer({ min: 0, max: 1_200_000 }),
  ),
  { minLength: 2, maxLength: 8 },
);

/** What holds no more, by invariant. */
type Broken = Record<1 | 3 | 8 | 9 | 11, string[]>;

/** What people wrote by hand, and is to be found at the end unless the version was created anew. */
interface Wishes {
  regions: Map<string, Set<string>>;
  endOfLife: Map<string, string>;
}

const find = ({ galleries }: World, version: string) =>
  galleries.all().find((each) => each.version.version === version)?.version;

/** The log of the very incarnation that the gallery shows under the number. */
function entriesOf(world: World, { version, publishedDate }: ImageVersion): Entry[] {
  const first = world.allEntries().find(({ fact }) => {
    const isBegin = fact.type === 'versionDetected' && fact.version === version;
    return isBegin && fact.identity.publishedDate === publishedDate;
  });
  return first ? world.allEntries().filter(({ log }) => log === first.log) : [];
}

function hasPassed(world: World, version: ImageVersion): boolean {
  return entriesOf(world, version).some(
    ({ fact }) => (fact.type === 'verdictReached' || fact.type === 'retested') && fact.verdict === 'passed',
  );
}

function isAdopted(world: World, { version, publishedDate }: ImageVersion): boolean {
  return world.allEntries().some(({ fact }) => {
    const adopted = fact.type === 'versionsAdopted' ? fact.versions : [];
    return adopted.some((each) => each.version === version && each.identity.publishedDate === publishedDate);
  });
}

function goodRegions(world: World): string[] {
  const isGood = ({ version }: { version: ImageVersion }) => hasPassed(world, version) || isAdopted(world, version);
  const good = world.galleries.all().filter(isGood);
  const usable = ({ version }: { version: ImageVersion }) =>
    offeredRegions(version).filter((region) => replicatedRegions(version).includes(region));
  return [...new Set(good.flatMap(usable))];
}

/** Invariants 1 and 8 hold after every single write of the service. */
function watchWrites(world: World, broken: Broken): void {
  const writeFlags = world.galleries.writeFlags.bind(world.galleries);
  world.galleries.writeFlags = async (definition, number, plan) => {
    const before = goodRegions(world);
    await writeFlags(definition, number, plan);
    const version = find(world, number);
    if (!version) return;
    if (!isHidden(version) && !hasPassed(world, version)) broken[1].push(`a write shows ${number}`);
    const lost = before.filter((region) => !goodRegions(world).includes(region));
    const isOrdered = entriesOf(world, version).some(({ fact }) => fact.type === 'withdrawalOrdered');
    if (lost.length > 0 && !isOrdered) broken[8].push(`${number} is taken from ${lost}`);
  };
}

function editByHand(world: World, { kind, number }: Happening, wishes: Wishes): void {
  if (kind === 'remove') {
    world.galleries.remove(ubuntu, number);
    return;
  }
  const endOfLife = new Date(world.time.nowMs + 400 * 24 * 3_600_000).toISOString();
  world.galleries.edit(ubuntu, number, (version) => {
    if (kind === 'moveEndOfLife') {
      version.endOfLifeDate = endOfLife;
      wishes.endOfLife.set(number, endOfLife);
    } else if (kind === 'addRegion') {
      if (version.targetRegions.some(({ name }) => name === 'uksouth')) return;
      version.targetRegions.push({ name: 'uksouth', excludeFromLatest: true });
      version.replication = { ...version.replication, uksouth: 'Completed' };
      wishes.regions.get(number)?.add('uksouth');
    } else {
      version.excludeFromLatest = kind === 'hide';
      for (const region of version.targetRegions) region.excludeFromLatest = kind === 'hide';
    }
  });
}

async function happen(world: World, happening: Happening, wishes: Wishes): Promise<void> {
  const { kind, number } = happening;
  const exists = find(world, number) !== undefined;
  if ('source' in happening) {
    if (exists) world.galleries.remove(ubuntu, number);
    const { source, visible, regions: where, failsIn, replicationMs } = happening;
    const options = { sourceId: source, excludeFromLatest: !visible, regions: where, failsIn, replicationMs };
    world.galleries.create(ubuntu, number, options);
    wishes.regions.set(number, new Set(where));
    wishes.endOfLife.delete(number);
  } else if (kind === 'failLater') {
    world.guests.healthy = { exitStatus: 3 };
    await world.ask({ type: 'retestRequested', version: number, reason: 'because' });
    await world.run({ forMs: 600_000 });
    delete world.guests.healthy;
  } else if (['show', 'hide', 'addRegion', 'moveEndOfLife', 'remove'].includes(kind)) {
    if (exists) editByHand(world, happening, wishes);
  } else await world.ask({ type: `${kind}Requested`, version: number, reason: 'because' } as RequestFact);
}

function atRest(world: World, wishes: Wishes, broken: Broken): void {
  for (const { version } of world.galleries.all()) {
    const { version: number, targetRegions, endOfLifeDate } = version;
    if (!isHidden(version) && !hasPassed(world, version) && !isAdopted(world, version))
      broken[1].push(`${number} is visible at rest`);
    const names = targetRegions.map(({ name }) => name);
    for (const region of wishes.regions.get(number) ?? [])
      if (!names.includes(region)) broken[9].push(`${number} has lost ${region}`);
    if (endOfLifeDate !== wishes.endOfLife.get(number)) broken[9].push(`${number} ends at ${endOfLifeDate}`);
  }
  const logs = Map.groupBy(world.allEntries(), ({ log }) => log);
  for (const [log, entries] of logs) {
    const verdicts = entries.flatMap(({ fact }) =>
      fact.type === 'verdictReached' || fact.type === 'retested' ? [fact.verdict ?? 'inconclusive'] : [],
    );
    if (verdicts.length === 0 || verdicts.some((verdict) => verdict !== 'inconclusive')) continue;
    const acted = entries.filter(({ fact: { type } }) => type === 'publishIntended' || type === 'quarantineIntended');
    if (acted.length > 0) broken[3].push(`${log}: ${acted.map(({ fact }) => fact.type)}`);
  }
}

/** Whatever Azure reports once more of what is done, nothing is written, told or noted. */
async function settles(world: World, broken: Broken): Promise<void> {
  const now = () => [world.galleries.writes.length, world.announced('').length, world.allEntries().length].join();
  const before = now();
  for (const { version } of world.galleries.all()) world.galleries.edit(ubuntu, version.version, () => undefined);
  await world.run();
  if (now() !== before) broken[11].push(`writes, announcements and entries were ${before}, and are ${now()}`);
}

async function play(happenings: [Happening, number][]): Promise<Broken> {
  const broken: Broken = { 1: [], 3: [], 8: [], 9: [], 11: [] };
  const world = new World();
  world.policyFile.text = policy;
  world.guests.broken = { exitStatus: 3 };
  world.guests.mute = { answer: '' };
  watchWrites(world, broken);
  // Offered everywhere, and without a replica in one region.
  const old = { sourceId: 'old', createdAt: '2026-01-01T00:00:00.000Z', regions: regions.slice(0, 2) };
  world.galleries.create(ubuntu, '0.9.0', { ...old, failsIn: ['northeurope'] });
  await world.run({ forMs: 60_000 });
  const wishes: Wishes = { regions: new Map(), endOfLife: new Map() };
  for (const [happening, waitMs] of happenings) {
    await happen(world, happening, wishes);
    await world.run({ forMs: waitMs });
  }
  await world.run();
  atRest(world, wishes, broken);
  await settles(world, broken);
  return broken;
}

describe('over random versions, re-creations, verdicts, hand edits, rollbacks, deletions and replication', () => {
  const found: [Broken, string][] = [];
  beforeAll(async () => {
    for (const each of fc.sample(history, { numRuns: histories, seed: Number(process.env.SEED) || 20261128 }))
      found.push([await play(each), JSON.stringify(each)]);
  }, 120_000);

  const breaking = (invariant: keyof Broken) => found.filter(([broken]) => broken[invariant].length > 0);

  it('there are as many histories as there should be', () => {
    expect(found).toHaveLength(histories);
  });

  it('invariant 1, never visible untested: no write shows a version that has not passed, and none is visible at rest', () => {
    expect(breaking(1)).toEqual([]);
  });

  it('invariant 3, infrastructure is not the image: what is inconclusive is neither published nor quarantined', () => {
    expect(breaking(3)).toEqual([]);
  });

  it('invariant 8, the last good version stays: no write takes its last one from a region, save by order', () => {
    expect(breaking(8)).toEqual([]);
  });

  it("invariant 9, nobody's work is overwritten: regions and ends of life that people wrote are there at the end", () => {
    expect(breaking(9)).toEqual([]);
  });

  it('invariant 11, no loop: what Azure reports once more brings no write, no announcement and no entry', () => {
    expect(breaking(11)).toEqual([]);
  });
});
