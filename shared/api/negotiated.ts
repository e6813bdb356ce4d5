import type { RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { preferredType } from './preferredType.ts';
import { ProblemError } from './problem.ts';
import { type Format, formats, mediaTypes } from './writeRecords.ts';

const preferredKey = 'preferredType';

/** Refuses a caller who accepts none of the types that an operation answers in. The parameter `format` goes before. */
export function negotiated(responses: RouteConfig['responses']) {
  const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const offered = [...new Set(successes.flatMap(([, response]) => Object.keys(contentOf(response))))];
  return createMiddleware(async (context, next) => {
    if (offered.length === 0 || context.req.query('format') !== undefined) return next();
    const type = preferredType(context.req.header('accept'), offered);
    if (type === undefined) throw new ProblemError(406, `this is answered as ${offered.join(', ')}`);
    context.set(preferredKey, type);
    if (offered.length > 1) context.header('vary', 'accept');
    return next();
  });
}

/** The format of an answer: the one that is asked for by the parameter, else by the header Accept. */
export function formatOf(context: Context, asked: Format | undefined): Format {
  return asked ?? formats.find((format) => mediaTypes[format] === context.get(preferredKey)) ?? 'json';
}

function contentOf(response: RouteConfig['responses'][string]): object {
  return 'content' in response ? (response.content ?? {}) : {};
}
