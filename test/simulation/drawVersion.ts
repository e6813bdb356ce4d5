import type { FakeVersionOptions } from '../fakes/fakeGalleries.ts';
import { regions } from './definitions.ts';
import type { GuestKind } from './guests.ts';
import type { Random } from './random.ts';

const kinds: [GuestKind, ...GuestKind[]] = [
  'healthy',
  'healthy',
  'healthy',
  'healthy',
  'broken',
  'broken',
  'scarce',
  'refused',
  'shortOfQuota',
  'panics',
  'brokenAfterRestart',
  'mute',
  'cut',
  'foreign',
  'garbled',
];

/** How one version is made: its guest, its regions, its flags. */
export function drawVersion(random: Random, number: number, withoutCreatedAt: boolean): FakeVersionOptions {
  return {
    sourceId: `${random.pick(kinds)}-${number}`,
    regions:
      number === 0 || random.chance(0.7)
        ? regions
        : random.pick([regions.slice(0, 1), regions.slice(0, 2), regions.slice(1)]),
    excludeFromLatest: random.chance(0.6),
    replicationMs: random.pick([1_000, 30_000, 30_000, 200_000]),
    ...(random.chance(0.06) && { failsIn: [random.pick(regions as [string])] }),
    ...(withoutCreatedAt && { withoutCreatedAt }),
  };
}
