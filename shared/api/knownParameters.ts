import type { RouteConfig } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { ProblemError } from './problem.ts';

/**
 * Refuses by name a query parameter that an operation does not know: left out of account, as a misspelled filter would be,
 * the answer would be wider than what was asked.
 */
export function knownParameters(query: NonNullable<RouteConfig['request']>['query']) {
  const known = query instanceof z.ZodObject ? Object.keys(query.shape) : [];
  return createMiddleware(async (context, next) => {
    const unknown = Object.keys(context.req.queries()).filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      const names = unknown.join(', ').slice(0, 200);
      throw new ProblemError(400, `there is no parameter ${names}; known are ${known.join(', ') || 'none'}`);
    }
    return next();
  });
}
