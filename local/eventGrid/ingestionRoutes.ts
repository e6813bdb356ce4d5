import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ZodError } from 'zod';
import { readEvents, type StoredEvent } from './envelope.ts';

const mostBytes = 1024 * 1024;

export interface IngestionOptions {
  topics: Set<string>;
  key?: string | undefined;
  /** Returns when the events are safe. */
  accept: (topic: string, events: StoredEvent[]) => void;
}

/** The data plane that publishers post to. */
export function ingestionRoutes({ topics, key, accept }: IngestionOptions): Hono {
  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: (context) => refuse(context, 413, 'RequestEntityTooLarge', 'The request is larger than 1 MB.'),
  });
  return new Hono().post('/topics/:topic/api/events', limit, async (context) => {
    const { topic } = context.req.param();
    if (!topics.has(topic)) return refuse(context, 404, 'ResourceNotFound', `The topic '${topic}' does not exist.`);
    if (key && !authorized(context, key)) {
      return refuse(context, 401, 'Unauthorized', 'The request authorization key is not authorized.');
    }
    const version = context.req.query('api-version');
    if (version !== '2018-01-01')
      return refuse(context, 400, 'BadRequest', `The api-version '${version ?? ''}' is not supported.`);
    const body = await context.req.text();
    try {
      accept(topic, readEvents(context.req.header('content-type') ?? '', JSON.parse(body), `/topics/${topic}`));
    } catch (error) {
      const problem = explain(error);
      if (!problem) throw error;
      return refuse(context, 400, 'BadRequest', problem);
    }
    return context.body(null, 200);
  });
}

/** A key in either header, or a bearer token: tokens are not looked into, as publishing is open on loopback. */
function authorized(context: Context, key: string): boolean {
  const sent = context.req.header('aeg-sas-key');
  return sent === key || /^Bearer ./.test(context.req.header('authorization') ?? '');
}

function explain(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return `The request body is not JSON: ${error.message}`;
  if (!(error instanceof ZodError)) return undefined;
  return error.issues
    .map(({ path, message }) => `${path.length > 0 ? `event ${path.join('.')}` : 'the body'}: ${message}`)
    .join('; ');
}

function refuse(context: Context, status: 400 | 401 | 404 | 413, code: string, message: string): Response {
  return context.json({ error: { code, message, details: [{ code, message }] } }, status);
}
