import { describe, expect, it } from 'vitest';
import { hideEverywhere, offerIn, showsPlan } from '../../../shared/domain/flagPlan.ts';
import { type ImageVersion, isHidden, offeredRegions } from '../../../shared/domain/imageVersion.ts';
import { fc } from '../../fastCheck.ts';

const flag = fc.constantFrom(true, false, undefined);
const versions: fc.Arbitrary<ImageVersion> = fc
  .record({ global: fc.boolean(), flags: fc.array(flag, { maxLength: 5 }) })
  .map(({ global, flags }) => ({
    version: '1.0.0',
    location: 'r0',
    provisioningState: 'Succeeded',
    excludeFromLatest: global,
    safetyProfile: {},
    targetRegions: flags.map((value, index) => ({
      name: `r${index}`,
      ...(value !== undefined && { excludeFromLatest: value }),
    })),
  }));

function applied(version: ImageVersion, plan: ReturnType<typeof offerIn>): ImageVersion {
  return {
    ...version,
    excludeFromLatest: plan.excludeFromLatest,
    targetRegions: version.targetRegions.map(({ name }) => ({ name, excludeFromLatest: plan.regions[name] ?? true })),
  };
}

describe('flag plans', () => {
  it('never clear the global flag and leave a region unset', () => {
    fc.assert(
      fc.property(versions, fc.subarray(['r0', 'r1', 'r2', 'r9']), (version, regions) => {
        for (const plan of [hideEverywhere(version), offerIn(version, regions)]) {
          expect(Object.keys(plan.regions).sort()).toEqual(version.targetRegions.map(({ name }) => name).sort());
        }
      }),
    );
  });

  it('offer exactly the regions named that are target regions', () => {
    fc.assert(
      fc.property(versions, fc.subarray(['r0', 'r1', 'r2']), (version, regions) => {
        const targets = version.targetRegions.map(({ name }) => name);
        const after = applied(version, offerIn(version, regions));
        expect(offeredRegions(after)).toEqual(targets.filter((name) => regions.includes(name)));
        expect(showsPlan(after, offerIn(version, regions))).toBe(true);
      }),
    );
  });

  it('hide in every region, so that clearing one flag by hand offers nothing', () => {
    fc.assert(
      fc.property(versions, (version) => {
        const after = applied(version, hideEverywhere(version));
        expect(isHidden(after)).toBe(true);
        expect(offeredRegions({ ...after, excludeFromLatest: false })).toEqual([]);
      }),
    );
  });

  it('are shown although a region was added since, and not when a flag differs', () => {
    const plan = { excludeFromLatest: false, regions: { a: false, b: true } };
    const shown = (regions: Record<string, boolean | undefined>): ImageVersion => ({
      version: '1.0.0',
      location: 'a',
      provisioningState: 'Succeeded',
      excludeFromLatest: false,
      safetyProfile: {},
      targetRegions: Object.entries(regions).map(([name, value]) => ({
        name,
        ...(value !== undefined && { excludeFromLatest: value }),
      })),
    });
    expect(showsPlan(shown({ a: false, b: true, c: undefined }), plan)).toBe(true);
    expect(showsPlan(shown({ a: undefined, b: true }), plan)).toBe(true);
    expect(showsPlan(shown({ a: false, b: undefined }), plan)).toBe(false);
    expect(showsPlan({ ...shown({ a: false, b: true }), excludeFromLatest: true }, plan)).toBe(false);
  });
});
