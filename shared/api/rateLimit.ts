import { createMiddleware } from 'hono/factory';
import type { Clock } from '../ports.ts';
import { principalOf } from './access.ts';
import { ProblemError } from './problem.ts';

const burst = 120;
const perSecond = 20;
const most = 10_000;

/**
 * A token bucket for each principal. Each instance of the app has its own: a bound on what one caller can do to an
 * instance, not a quota.
 */
export function rateLimit(clock: Clock) {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return createMiddleware(async (context, next) => {
    const { objectId } = principalOf(context);
    const nowMs = Date.parse(clock.now());
    const { tokens, atMs } = buckets.get(objectId) ?? { tokens: burst, atMs: nowMs };
    const available = Math.min(burst, tokens + ((nowMs - atMs) / 1_000) * perSecond);
    if (available < 1) {
      const seconds = Math.ceil((1 - available) / perSecond);
      throw new ProblemError(429, `at most ${perSecond} requests a second`, { 'retry-after': String(seconds) });
    }
    buckets.delete(objectId);
    buckets.set(objectId, { tokens: available - 1, atMs: nowMs });
    const [oldest] = buckets.keys();
    if (buckets.size > most && oldest !== undefined) buckets.delete(oldest);
    return next();
  });
}
