import { describe, expect, it } from 'vitest';
import { compareVersions, type ImageVersion, isHidden, normaliseRegion } from '../../../shared/domain/imageVersion.ts';
import { fc } from '../../fastCheck.ts';

const version = (excludeFromLatest: boolean, regions: (boolean | undefined)[]): ImageVersion => ({
  version: '1.0.0',
  location: 'a',
  provisioningState: 'Succeeded',
  excludeFromLatest,
  safetyProfile: {},
  targetRegions: regions.map((flag, index) => ({
    name: `r${index}`,
    ...(flag !== undefined && { excludeFromLatest: flag }),
  })),
});

describe('image versions', () => {
  it.each([
    ['1.10.0', '1.9.0'],
    ['2.0.0', '1.99.99'],
    ['1.0.2147483647', '1.0.999'],
    ['0.24105.52755', '0.9.9'],
  ])('%s is later than %s', (later, earlier) => {
    expect(compareVersions(later, earlier)).toBeGreaterThan(0);
    expect(compareVersions(earlier, later)).toBeLessThan(0);
  });

  it('are ordered totally', () => {
    const number = fc.integer({ min: 0, max: 2_147_483_647 });
    const numbers = fc.tuple(number, number, number).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        expect(compareVersions(a, a)).toBe(0);
      }),
    );
  });

  it.each([
    [true, [], true],
    [true, [false], true],
    [false, [true, true], true],
    [false, [true, undefined], false],
    [false, [false], false],
  ] as const)('with the global flag %s and regional flags %j are hidden: %s', (global, regions, hidden) => {
    expect(isHidden(version(global, [...regions]))).toBe(hidden);
  });

  it('normalises the names of regions', () => {
    expect(normaliseRegion('West Europe')).toBe('westeurope');
    expect(normaliseRegion('westeurope')).toBe('westeurope');
  });
});
