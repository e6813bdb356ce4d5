import { describe, expect, it } from 'vitest';
import { emptyDefinitionState, type KnownVersion } from '../../../shared/domain/definitionState.ts';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';
import { policySchema, revisionOf } from '../../../shared/domain/policy.ts';
import { withReplacements } from '../../../shared/domain/replacements.ts';

const version = (number: string, change: Partial<ImageVersion> = {}): ImageVersion => ({
  version: number,
  location: 'westeurope',
  provisioningState: 'Succeeded',
  excludeFromLatest: false,
  targetRegions: [{ name: 'westeurope' }, { name: 'northeurope' }],
  safetyProfile: {},
  ...change,
});
const examined: KnownVersion = {
  kind: 'examined',
  identity: {},
  incarnation: 'i',
  openedAt: '2026-11-01T00:00:00.000Z',
};
const published: KnownVersion = { ...examined, outcome: 'published' };

function scene(known: Record<string, KnownVersion>, versions: ImageVersion[]) {
  return {
    definition: { ...emptyDefinitionState(), versions: known },
    instance: {},
    siblings: [],
    versions,
    revision: revisionOf(policySchema.parse({ version: 1 })),
    now: '2026-11-22T08:00:00.000Z',
  };
}
const quarantined = { type: 'quarantined' as const, reason: 'r' };
const near = { type: 'endOfLifeNear' as const, endOfLife: '2026-12-01T00:00:00.000Z', days: 9 };

describe('what to use instead', () => {
  it('is what Azure would pick in each region, the version itself not counted', () => {
    const inOneRegion = version('1.1.0', { targetRegions: [{ name: 'northeurope' }] });
    const known = { '1.0.0': published, '1.1.0': published };

    expect(
      withReplacements(quarantined, scene(known, [version('1.0.0'), inOneRegion, version('1.2.0')]), '1.2.0'),
    ).toEqual({
      ...quarantined,
      replacements: { westeurope: '1.0.0', northeurope: '1.1.0' },
    });
  });

  it('may have been adopted, and has passed otherwise', () => {
    const known: Record<string, KnownVersion> = {
      '1.0.0': { kind: 'adopted', identity: {} },
      '1.1.0': examined,
      '1.2.0': { ...examined, outcome: 'quarantined' },
    };
    const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((number) => version(number));

    expect(withReplacements(quarantined, scene(known, versions), '1.4.0')).toMatchObject({
      replacements: { westeurope: '1.0.0' },
    });
  });

  it('has not reached its end of life', () => {
    const ended = version('1.0.0', { endOfLifeDate: '2026-11-22T08:00:00.000Z' });

    expect(withReplacements(quarantined, scene({ '1.0.0': published }, [ended]), '1.1.0')).toEqual(quarantined);
  });

  it('is no older version where an end was long foreseen', () => {
    const known = { '1.0.0': published, '1.1.0': published, '1.2.0': published };
    const older = scene(known, [version('1.0.0'), version('1.1.0')]);
    const newer = scene(known, [version('1.0.0'), version('1.1.0'), version('1.2.0')]);

    expect(withReplacements(near, older, '1.1.0')).toEqual(near);
    expect(withReplacements(near, newer, '1.1.0')).toMatchObject({ replacements: { westeurope: '1.2.0' } });
  });
});
