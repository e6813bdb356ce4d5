import { describe, expect, it } from 'vitest';
import { releaseSchema } from '../../../shared/domain/releaseRules.ts';
import { newRelease } from '../../../shared/domain/releaseState.ts';
import { ringProgress, ringsOf } from '../../../shared/domain/rings.ts';
import { fc } from '../../fastCheck.ts';

const rules = releaseSchema.parse({
  rings: [{ regions: ['West Europe'], soakHours: 24 }, { regions: ['northeurope'], soakHours: 2 }, {}],
});
const version = (...regions: string[]) => ({ targetRegions: regions.map((name) => ({ name })) });
const all = version('westeurope', 'northeurope', 'uksouth', 'eastus');
const release = (change: Partial<ReturnType<typeof newRelease>>) => ({ ...newRelease('h'), ...change });

describe('rings', () => {
  it('take what no ring names into the last, and leave out those without a target region', () => {
    expect(ringsOf(rules, all).map(({ regions }) => regions)).toEqual([
      ['westeurope'],
      ['northeurope'],
      ['uksouth', 'eastus'],
    ]);
    expect(ringsOf(rules, version('eastus', 'westeurope')).map(({ regions }) => regions)).toEqual([
      ['westeurope'],
      ['eastus'],
    ]);
  });

  it('come one after the other, each after the soak of the one before', () => {
    const published = { westeurope: '2026-11-22T08:00:00.000Z' };
    const at = (now: string) => ringProgress(rules, all, release({ published }), now);
    expect(at('2026-11-22T09:00:00.000Z')).toEqual({
      reached: ['westeurope'],
      ring: 1,
      of: 3,
      soaksUntil: '2026-11-23T08:00:00.000Z',
    });
    expect(at('2026-11-23T08:00:00.000Z')).toEqual({ reached: ['westeurope', 'northeurope'], ring: 2, of: 3 });
  });

  it('do not wait for a region that is late, unless the rules say so, and do not soak anew when it joins', () => {
    const retried = { westeurope: '2026-11-22T08:00:00.000Z' };
    const published = { westeurope: '2026-11-23T20:00:00.000Z' };
    const now = '2026-11-23T21:00:00.000Z';
    expect(ringProgress(rules, all, release({ retried }), now).ring).toBe(2);
    expect(ringProgress(rules, all, release({ retried, published }), now).ring).toBe(2);
    expect(ringProgress({ ...rules, lateRegions: 'wait' }, all, release({ retried }), now).ring).toBe(1);
  });

  it('name each target region exactly once, in whatever way they are written', () => {
    const regions = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 }), regions, (split, targets) => {
        const rings = [0, 1, 2].map((ring) => ({
          regions: split.flatMap((to, index) => (to === ring ? ['abcdef'[index] ?? ''] : [])),
        }));
        const named = ringsOf(releaseSchema.parse({ rings }), version(...targets)).flatMap((ring) => ring.regions);
        expect(named.sort()).toEqual(targets.toSorted());
      }),
    );
  });
});
