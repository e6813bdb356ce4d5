import type { GalleryImageVersion } from '@azure/arm-compute';
import { expect, test } from 'vitest';
import { withFlags } from '../../../shared/azure/withFlags.ts';
import type { FlagPlan } from '../../../shared/domain/flagPlan.ts';
import { fc } from '../../fastCheck.ts';

const names = ['West Europe', 'North Europe', 'UK South', 'westus2'];
const keys = names.map((name) => name.replaceAll(' ', '').toLowerCase());
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const region = (name: string) =>
  fc.record(
    {
      name: fc.constant(name),
      regionalReplicaCount: fc.integer({ min: 1, max: 5 }),
      storageAccountType: fc.constantFrom('Standard_LRS', 'Premium_LRS'),
      encryption: fc.constant({ osDiskImage: { diskEncryptionSetId: '/des' } }),
      excludeFromLatest: fc.boolean(),
    },
    { requiredKeys: ['name'] },
  );
const found: fc.Arbitrary<GalleryImageVersion> = fc.record({
  location: fc.constant('westeurope'),
  publishingProfile: fc.record(
    {
      targetRegions: fc.subarray(names, { minLength: 1 }).chain((some) => fc.tuple(...some.map(region))),
      replicaCount: fc.integer({ min: 1, max: 5 }),
      excludeFromLatest: fc.boolean(),
      endOfLifeDate: fc.constant(new Date('2027-01-01T00:00:00.000Z')),
      storageAccountType: fc.constantFrom('Standard_LRS', 'Premium_LRS'),
      replicationMode: fc.constantFrom('Full', 'Shallow'),
    },
    { requiredKeys: ['targetRegions'] },
  ),
  safetyProfile: optional(
    fc.record(
      { allowDeletionOfReplicatedLocations: fc.boolean(), blockDeletionBeforeEndOfLife: fc.boolean() },
      { requiredKeys: [] },
    ),
  ),
}) as fc.Arbitrary<GalleryImageVersion>;
/** Of the regions as they were when it was decided: some may be gone, others may have come. */
const plans: fc.Arbitrary<FlagPlan> = fc.record(
  {
    excludeFromLatest: fc.boolean(),
    regions: fc.subarray(keys).chain((some) => fc.record(Object.fromEntries(some.map((key) => [key, fc.boolean()])))),
    setEndOfLife: fc.constant('2026-12-31T00:00:00.000Z'),
  },
  { requiredKeys: ['excludeFromLatest', 'regions'] },
);

test('a write carries the whole publishing profile, with the global flag and that of every region, whatever is found and planned', () => {
  fc.assert(
    fc.property(found, plans, (version, plan) => {
      const { publishingProfile: profile = {}, safetyProfile } = withFlags(version, plan);
      const { targetRegions: before = [], endOfLifeDate, ...rest } = version.publishingProfile ?? {};

      expect(profile).toMatchObject({ ...rest, excludeFromLatest: plan.excludeFromLatest });
      expect(profile.targetRegions).toEqual(
        before.map((each) => ({
          ...each,
          // One that the plan does not know came meanwhile, and is out of latest until its turn.
          excludeFromLatest: plan.regions[each.name.replaceAll(' ', '').toLowerCase()] ?? true,
        })),
      );
      expect(profile.endOfLifeDate).toEqual(plan.setEndOfLife ? new Date(plan.setEndOfLife) : endOfLifeDate);
      // An end of life that is left out, or a block that is left to its default, would change with the API version.
      expect(safetyProfile).toEqual({
        ...version.safetyProfile,
        blockDeletionBeforeEndOfLife: version.safetyProfile?.blockDeletionBeforeEndOfLife ?? false,
      });
    }),
  );
});
