import type { FlagPlan } from './flagPlan.ts';
import type { ImageVersion } from './imageVersion.ts';
import { addMs, earliest, type Instant, instantOf } from './instant.ts';
import type { LifecycleRules } from './lifecycleRules.ts';

export const dayMs = 24 * 3_600_000;

/**
 * With the end of life that a version gets when it is published: that of the policy, at most that of its image
 * definition. One that its producer set stays, and Azure takes no date that has passed.
 */
export function withEndOfLife(
  plan: FlagPlan,
  version: ImageVersion,
  rules: LifecycleRules | undefined,
  definitionEndOfLife: Instant | undefined,
  now: Instant,
): FlagPlan {
  if (!rules || version.endOfLifeDate !== undefined) return plan;
  const setEndOfLife = defaultEndOfLife(rules, definitionEndOfLife, now);
  return setEndOfLife === undefined ? plan : { ...plan, setEndOfLife };
}

function defaultEndOfLife(
  { endOfLife: { afterDays } }: LifecycleRules,
  definitionEndOfLife: Instant | undefined,
  now: Instant,
): Instant | undefined {
  const own = afterDays === undefined ? undefined : inDays(afterDays, now);
  const endOfLife = earliest([own, definitionEndOfLife]);
  return endOfLife === undefined || endOfLife <= now ? undefined : endOfLife;
}

/** A date that is set cannot be taken away, only moved: where there was none, it goes as far as a policy reaches. */
const farDays = 3_650;

/**
 * The end of life of a version that is latest again: what it had `before` a newer one took its place, else the default as
 * of now, else a far date. Undefined where the date from before is over too: no date is better than another then.
 */
export function restoredEndOfLife(
  before: Instant | null,
  rules: LifecycleRules,
  definitionEndOfLife: Instant | undefined,
  now: Instant,
): Instant | undefined {
  if (before !== null && before > now) return before;
  return defaultEndOfLife(rules, definitionEndOfLife, now) ?? (before === null ? inDays(farDays, now) : undefined);
}

/** The end of life of what a newer version took the place of; undefined where it ends as early by itself. */
export function supersededEndOfLife(
  { endOfLifeDate }: Pick<ImageVersion, 'endOfLifeDate'>,
  { endOfLife: { supersededAfterDays } }: LifecycleRules,
  now: Instant,
): Instant | undefined {
  if (supersededAfterDays === undefined) return undefined;
  const target = inDays(supersededAfterDays, now);
  return endOfLifeDate !== undefined && endOfLifeDate <= target ? undefined : target;
}

/** Whole seconds: Azure keeps no more of a date. */
function inDays(days: number, now: Instant): Instant {
  return instantOf(Math.floor(Date.parse(addMs(now, days * dayMs)) / 1_000) * 1_000);
}
