import type { DefinitionState, KnownVersion } from './definitionState.ts';
import { dayMs, supersededEndOfLife } from './endOfLife.ts';
import type { FactOf } from './facts.ts';
import { compareVersions, type ImageVersion, offeredRegions } from './imageVersion.ts';
import { type Instant, msBetween } from './instant.ts';
import type { LifecycleRules, RetentionRules } from './lifecycleRules.ts';
import { whyDeleted } from './retention.ts';

type Examined = Extract<KnownVersion, { kind: 'examined' }>;
export type LifecycleReason = FactOf<'lifecycleDue'> | FactOf<'endOfLifeNear'>;

/** What has become due for a finished version, from what the image definition's log and a listing say of it. */
export function lifecycleReason(
  state: DefinitionState,
  known: Examined,
  version: ImageVersion,
  rules: LifecycleRules | undefined,
  now: Instant,
): LifecycleReason | undefined {
  if (!rules) return undefined;
  if (known.outcome !== 'published') return givenUp(state, known, version, rules.retention, now);
  return (
    latestAgain(state, known, version) ??
    superseded(state, known, version, rules, now) ??
    ended(state, known, version, now) ??
    near(known, version, rules, now)
  );
}

/** Whether the end of life of a finished version is to be moved because a newer one has taken its place. */
export function isSuperseded(
  state: DefinitionState,
  version: ImageVersion,
  rules: LifecycleRules,
  now: Instant,
): boolean {
  const known = state.versions[version.version];
  if (known?.kind !== 'examined' || known.outcome !== 'published') return false;
  return superseded(state, known, version, rules, now) !== undefined;
}

function givenUp(
  state: DefinitionState,
  known: Examined,
  version: ImageVersion,
  retention: RetentionRules | undefined,
  now: Instant,
): LifecycleReason | undefined {
  const reason = retention && whyDeleted(state, known, version, retention, now);
  return reason === undefined ? undefined : { type: 'lifecycleDue', stage: 'delete', reason };
}

/** The version that took its place was taken back: what that gave it does not hold any more. */
function latestAgain(
  { latest }: DefinitionState,
  { lifecycle }: Examined,
  { version }: ImageVersion,
): LifecycleReason | undefined {
  const isLatestAgain = lifecycle?.superseded !== undefined && Object.values(latest).includes(version);
  return isLatestAgain ? { type: 'lifecycleDue', stage: 'latestAgain' } : undefined;
}

/** Latest nowhere, and a higher number was published; a date that somebody changed since it was set for that stays. */
function superseded(
  state: DefinitionState,
  { lifecycle }: Examined,
  version: ImageVersion,
  rules: LifecycleRules,
  now: Instant,
): LifecycleReason | undefined {
  if (Object.values(state.latest).includes(version.version)) return undefined;
  const before = lifecycle?.superseded;
  if (before && before.endOfLife !== version.endOfLifeDate) return undefined;
  if (supersededEndOfLife(version, rules, now) === undefined) return undefined;
  const newer = Object.entries(state.versions).filter(
    ([number, other]) =>
      compareVersions(number, version.version) > 0 && other.kind === 'examined' && other.outcome === 'published',
  );
  const [by] = newer.map(([number]) => number).sort(compareVersions);
  return by === undefined ? undefined : { type: 'lifecycleDue', stage: 'superseded', by };
}

function ended(
  state: DefinitionState,
  { lifecycle }: Examined,
  version: ImageVersion,
  now: Instant,
): LifecycleReason | undefined {
  const { endOfLifeDate: endOfLife } = version;
  if (endOfLife === undefined || endOfLife > now) return undefined;
  const before = lifecycle?.retired;
  const due: LifecycleReason = { type: 'lifecycleDue', stage: 'endOfLife', endOfLife };
  if (before?.endOfLife !== endOfLife) return due;
  // It remained as the last good one: until something else is latest there.
  const isReplaced = offeredRegions(version).some((region) => {
    const latest = state.latest[region];
    return before.remainsIn.includes(region) && latest !== undefined && compareVersions(latest, version.version) > 0;
  });
  return isReplaced ? due : undefined;
}

function near(
  { lifecycle }: Examined,
  { endOfLifeDate: endOfLife }: ImageVersion,
  { endOfLife: { warnDays } }: LifecycleRules,
  now: Instant,
): LifecycleReason | undefined {
  if (endOfLife === undefined || endOfLife <= now) return undefined;
  const [days] = warnDays.filter((limit) => msBetween(now, endOfLife) <= limit * dayMs).sort((a, b) => a - b);
  const warned = lifecycle?.warned;
  if (days === undefined || (warned?.endOfLife === endOfLife && warned.days <= days)) return undefined;
  return { type: 'endOfLifeNear', endOfLife, days };
}
