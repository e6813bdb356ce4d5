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
  const { afterDays } = rules.endOfLife;
  const own = afterDays === undefined ? undefined : inDays(afterDays, now);
  const setEndOfLife = earliest([own, definitionEndOfLife]);
  return setEndOfLife === undefined || setEndOfLife <= now ? plan : { ...plan, setEndOfLife };
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
