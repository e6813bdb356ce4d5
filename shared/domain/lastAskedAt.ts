import type { Attempt } from './incarnationState.ts';
import { type Instant, later } from './instant.ts';

/** When Azure took the last thing that a run asked of its VM: the launch, a restart, a round of checks. */
export function lastAskedAt({ restart, checks }: Pick<Attempt, 'restart' | 'checks'>, launchedAt: Instant): Instant {
  const checksAt = checks?.startedAt === undefined ? [] : [checks.intendedAt];
  return [...Object.values(restart?.startedAt ?? {}), ...checksAt].reduce(later, launchedAt);
}
