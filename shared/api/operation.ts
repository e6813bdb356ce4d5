import { createRoute, type RouteConfig, type z } from '@hono/zod-openapi';
import { needsRole, type Role } from './access.ts';
import { knownParameters } from './knownParameters.ts';
import { negotiated } from './negotiated.ts';
import { type ProblemStatus, problemSchema } from './problem.ts';
import type { rateLimit } from './rateLimit.ts';

/**
 * Declares an operation: the roles are asked for and written into the OpenAPI document from the same list, and one that
 * takes a body may answer that it is no JSON. What it does not know in the query, and a caller who accepts none of its
 * types, are refused.
 */
export function operation<const R extends Omit<RouteConfig, 'middleware' | 'security'>>(
  allowed: Role[],
  limit: ReturnType<typeof rateLimit>,
  route: R,
) {
  return createRoute({
    ...route,
    responses: { ...(route.request?.body && answers([415])), ...route.responses },
    security: [{ entra: allowed }],
    middleware: [
      needsRole(...allowed),
      limit,
      knownParameters(route.request?.query),
      negotiated(route.responses),
    ] as const,
  });
}

export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

const descriptions: Record<ProblemStatus, string> = {
  400: 'The request is not valid.',
  401: 'No token, or one that is not valid.',
  403: 'The caller has not the role.',
  404: 'There is no such thing.',
  405: 'The path has other methods, which Allow names.',
  406: 'It is not answered in any type that the caller accepts.',
  409: 'It contradicts what is there.',
  412: 'It was changed since the version in If-Match.',
  413: 'The body is too large.',
  415: 'The body is not JSON, or does not say so.',
  422: 'It was refused; the detail says why.',
  429: 'Too many requests; Retry-After says when to come again.',
  500: 'A defect.',
  503: 'Something that the service needs is out of reach; Retry-After says when to come again.',
};

/** The answers that every operation has, and those named. */
export function problems<const S extends ProblemStatus>(...statuses: S[]) {
  return answers([400, 401, 403, 406, 429, 500, 503, ...statuses]);
}

function answers(statuses: ProblemStatus[]) {
  const content = { 'application/problem+json': { schema: problemSchema } };
  return Object.fromEntries(statuses.map((status) => [status, { description: descriptions[status], content }]));
}
