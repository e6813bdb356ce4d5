import { describe, expect, it } from 'vitest';
import { type ImageVersion, offeredRegions } from '../../../shared/domain/imageVersion.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

const numbers = ['1.0.0', '1.0.1'];
const policy = `${enforce}replicationLimitHours: 0.2
release: { rings: [{ regions: [westeurope], soakHours: 0.1 }, {}] }
`;

/** What another party wants of a version, and gets unless a later hand wants something else. */
interface Wishes {
  endOfLifeDate?: string;
  block?: boolean;
  present: Record<string, boolean>;
  /** Taken back where it was published, and not in the middle of a write: that one did not stay, and is written again. */
  hidden: boolean;
  /** What a write of ours met, and what it found of that when it was read back. */
  met: Set<'endOfLifeDate' | 'blockDeletionBeforeEndOfLife'>;
}

type Edit = { kind: 'date' | 'block' | 'add' | 'drop' | 'hide'; number: string; days: number };
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('date', 'block', 'add', 'drop', 'hide'),
  number: fc.constantFrom(...numbers),
  days: fc.integer({ min: 1, max: 300 }),
});
/** At an instant, or in the middle of the n-th write of the service: after Azure took it, and before it is read back. */
const moment = fc.oneof(
  fc.record({ atMs: fc.integer({ min: 0, max: 2_400_000 }) }),
  fc.record({ inWrite: fc.integer({ min: 0, max: 6 }) }),
);

function make({ kind, days }: Edit, version: ImageVersion, wishes: Wishes, isWritten: boolean): void {
  const before = { date: version.endOfLifeDate, block: version.safetyProfile.blockDeletionBeforeEndOfLife ?? false };
  switch (kind) {
    case 'date':
      version.endOfLifeDate = new Date(Date.UTC(2027, 0, days)).toISOString();
      wishes.endOfLifeDate = version.endOfLifeDate;
      if (isWritten && version.endOfLifeDate !== before.date) wishes.met.add('endOfLifeDate');
      break;
    case 'block':
      version.safetyProfile.blockDeletionBeforeEndOfLife = days % 2 === 0;
      wishes.block = days % 2 === 0;
      if (isWritten && wishes.block !== before.block) wishes.met.add('blockDeletionBeforeEndOfLife');
      break;
    case 'add':
      if (version.targetRegions.some(({ name }) => name === 'uksouth')) break;
      version.targetRegions.push({ name: 'uksouth' });
      version.replication = { ...version.replication, uksouth: 'Completed' };
      wishes.present.uksouth = true;
      break;
    case 'drop':
      version.targetRegions = version.targetRegions.filter(({ name }) => name !== 'northeurope');
      wishes.present.northeurope = false;
      break;
    case 'hide':
      wishes.hidden ||= !isWritten && offeredRegions(version).length > 0;
      version.excludeFromLatest = true;
      for (const region of version.targetRegions) region.excludeFromLatest = true;
      break;
  }
}

/** Lets the other party edit whenever the service does not look, and in the middle of its writes. */
function letEdit(world: World, edits: [Edit, { atMs: number } | { inWrite: number }][]): Map<string, Wishes> {
  const wishes = new Map(
    numbers.map((number): [string, Wishes] => [number, { present: {}, hidden: false, met: new Set() }]),
  );
  const apply = (each: Edit) => {
    const wanted = wishes.get(each.number);
    const exists = world.galleries.all().some(({ version }) => version.version === each.number);
    if (wanted && exists)
      world.galleries.edit(ubuntu, each.number, (version) => {
        make(each, version, wanted, version.provisioningState === 'Updating');
      });
  };
  for (const [each, when] of edits) if ('atMs' in when) world.time.after(when.atMs, () => apply(each));
  const writeFlags = world.galleries.writeFlags.bind(world.galleries);
  world.galleries.writeFlags = async (...args) => {
    const count = world.galleries.writes.length;
    await writeFlags(...args);
    for (const [each, when] of edits) if ('inWrite' in when && when.inWrite === count) apply(each);
  };
  return wishes;
}

describe('whatever another party changes, and whenever', () => {
  it("invariant 9, nobody's work is overwritten: it is kept: dates, blocks, regions added, dropped and taken back; and what a write met is recorded", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(edit, moment), { minLength: 1, maxLength: 6 }), async (edits) => {
        const world = new World();
        world.policyFile.text = policy;
        const wishes = letEdit(world, edits);
        for (const version of numbers) {
          const regions = ['westeurope', 'northeurope'];
          world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions });
          await world.run({ forMs: 1_500_000 });
        }
        await world.run();

        for (const { version } of world.galleries.all()) {
          const wanted = wishes.get(version.version);
          if (!wanted) throw new Error(`nobody wrote ${version.version}`);
          const { endOfLifeDate, block = false, present, hidden, met } = wanted;
          expect(version.endOfLifeDate).toBe(endOfLifeDate);
          expect(version.safetyProfile.blockDeletionBeforeEndOfLife ?? false).toBe(block);
          const names = version.targetRegions.map(({ name }) => name);
          for (const [name, isThere] of Object.entries(present)) expect(names.includes(name)).toBe(isThere);
          if (hidden) expect(offeredRegions(version)).toEqual([]);
          const recorded = world.entriesOf(version.version).filter(({ fact }) => fact.type === 'changedByOthers');
          for (const what of met) expect(recorded.some(({ fact }) => what in fact)).toBe(true);
        }
        expect(world.brokenChains()).toEqual([]);
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
