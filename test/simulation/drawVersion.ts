import type { FakeVersionOptions } from '../fakes/fakeGalleries.ts';
import { regions } from './definitions.ts';
import type { GuestKind } from './guests.ts';
import type { Random } from './random.ts';

/** The others take several VMs, or none: each is a way of its own to end, and seldom met two at a time. */
const seldom: [GuestKind, ...GuestKind[]] = [
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

function drawKind(random: Random): GuestKind {
  if (random.chance(0.65)) return random.chance(0.75) ? 'healthy' : 'broken';
  return random.pick(seldom);
}

/** How one version is made: its guest, its regions, its flags. */
export function drawVersion(random: Random, number: number, withoutCreatedAt: boolean): FakeVersionOptions {
  return {
    sourceId: `${drawKind(random)}-${number}`,
    regions:
      number === 0 || random.chance(0.7)
        ? regions
        : random.pick([regions.slice(0, 1), regions.slice(0, 2), regions.slice(1)]),
    excludeFromLatest: random.chance(0.6),
    replicationMs: random.chance(0.05) ? 200_000 : random.pick([1_000, 4_000, 30_000]),
    ...(random.chance(0.06) && { failsIn: [random.pick(regions as [string])] }),
    ...(withoutCreatedAt && { withoutCreatedAt }),
  };
}
