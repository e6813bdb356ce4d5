import { expect, it } from 'vitest';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

const day = 24 * 3_600_000;
const regions = ['westeurope', 'northeurope'];
const build = fc.record({
  source: fc.constantFrom('healthy', 'healthy', 'broken', 'mute'),
  regions: fc.subarray(regions, { minLength: 1 }),
  used: fc.constantFrom('unused', 'unused', 'used', 'unknown'),
  daysUntilNext: fc.integer({ min: 0, max: 2 }),
  rollsBack: fc.boolean(),
});

/** Versions that are latest somewhere, and still have the end of life of when a newer one had taken their place. */
function endedBySuccessor(world: World): string[] {
  return [...new Set(Object.values(world.latest()))].filter((version) => {
    const last = world
      .entriesOf(version)
      .findLast(({ fact }) => ['endOfLifeSet', 'endOfLifeRestored', 'lifecycleDropped'].includes(fact.type))?.fact;
    return last?.type === 'endOfLifeSet' && last.why === 'superseded';
  });
}

/** Two sweeps a day are enough here. */
async function pass(world: World, days: number): Promise<void> {
  for (let half = 0; half < days * 2; half += 1) {
    await world.run({ forMs: day / 2 - 700_000, sweeps: false });
    await world.run({ forMs: 700_000 });
  }
}

it('invariant 8, the last good version stays: whatever ends, no region loses its last good version, and nothing that is used or not judged is deleted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(build, { minLength: 1, maxLength: 5 }), async (builds) => {
      const world = new World();
      world.guests.broken = { exitStatus: 3 };
      world.guests.mute = { answer: '' };
      world.policyFile.text = `${enforce}lifecycle:
  endOfLife: { afterDays: 3, supersededAfterDays: 1, warnDays: [1] }
  retention: { mode: enforce, keepGood: 1, minAgeDays: 1, graceDays: 0 }
`;
      const served = new Set<string>();
      const lost: string[] = [];
      world.galleries.onChange = () => {
        const now = Object.keys(world.latest());
        lost.push(...[...served].filter((region) => !now.includes(region)));
        for (const region of now) served.add(region);
      };
      for (const [index, { source, regions: where, used, daysUntilNext, rollsBack }] of builds.entries()) {
        const version = `1.0.${index}`;
        if (used === 'used') world.imageUses.uses.set(version, { kind: 'used', by: ['vm'] });
        if (used === 'unknown') world.imageUses.uses.set(version, { kind: 'unknown', reason: 'not seen' });
        world.galleries.create(ubuntu, version, { sourceId: source, excludeFromLatest: true, regions: where });
        await world.run({ forMs: 3_600_000, sweeps: false });
        if (rollsBack && index > 0) {
          const before = `1.0.${index - 1}`;
          await world.ask({ type: 'rollbackRequested', version: before, reason: 'CVE' });
          await world.ask({ type: 'resumeRequested', reason: 'mended' });
        }
        await pass(world, daysUntilNext);
      }
      await pass(world, 5);

      expect(lost).toEqual([]);
      for (const version of world.galleries.deletions) {
        expect(builds[Number(version.split('.')[2])]).toMatchObject({
          used: 'unused',
          source: expect.stringMatching(/healthy|broken/),
        });
      }
      expect(endedBySuccessor(world)).toEqual([]);
      expect(world.brokenChains()).toEqual([]);
    }),
    { numRuns: 12 },
  );
}, 120_000);
