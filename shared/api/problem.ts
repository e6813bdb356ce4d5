import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AdapterError } from '../errors.ts';

const titles = {
  400: 'The request is not valid',
  401: 'Nobody is signed in',
  403: 'This needs a right that the caller does not have',
  404: 'There is nothing here',
  405: 'It is not asked for in this way',
  406: 'There is no such form of it',
  409: 'It contradicts what is there',
  412: 'It was changed meanwhile',
  413: 'The request is too large',
  415: 'The body is of another type',
  422: 'It was refused',
  429: 'Too many requests',
  500: 'The service has a defect',
  503: 'The service cannot answer now',
} as const;
export type ProblemStatus = keyof typeof titles;

/** An error as RFC 9457 has it. */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string().optional(),
  })
  .openapi('Problem');

/** Ends a request with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: ProblemStatus;
  readonly headers: Record<string, string>;

  constructor(status: ProblemStatus, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

export function problem(context: Context, status: ProblemStatus, detail: string): Response {
  const instance: string | undefined = context.get('requestId');
  const body = { type: 'about:blank', title: titles[status], status, detail, ...(instance && { instance }) };
  return context.json(body, status as ContentfulStatusCode, { 'content-type': 'application/problem+json' });
}

/** What an operation threw, as the caller may see it: a defect says nothing of itself. */
export function problemOf(error: Error, context: Context): Response {
  if (error instanceof ProblemError) {
    for (const [name, value] of Object.entries(error.headers)) context.header(name, value);
    return problem(context, error.status, error.message);
  }
  // A body that is no JSON, or does not say that it is, never comes as far as a schema.
  if (error instanceof HTTPException && error.status === 400) return problem(context, 400, error.message);
  if (error instanceof HTTPException && error.status === 415)
    return problem(context, 415, 'the body has to be JSON, and to say so: content-type application/json');
  if (!(error instanceof AdapterError)) return problem(context, 500, 'internal error');
  const { message, retryable, retryAfterMs = 1_000 } = error;
  if (retryable) context.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  return problem(context, retryable ? 503 : 500, message);
}
