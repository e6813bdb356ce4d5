import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type ImageDefinitionId, parseImageId } from '../domain/ids.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { readPrincipal } from './principal.ts';
import { listDefinitions, listEntries, listVersions, verifyAudit } from './queries.ts';

export const readerRole = 'Imprimatur.Reader';

/** The HTTP API under /api. Every operation but health needs a role. */
export function createApi(ports: Pick<Ports, 'auditLogs' | 'dayIndex'>): Hono {
  const api = new Hono().basePath('/api');
  api.get('/health', (context) => context.json({ status: 'ok' }));
  api.use('*', needsRole(readerRole));
  api.get('/images', async (context) => context.json({ images: await listDefinitions(ports) }));
  api.get('/versions', async (context) => {
    const image = readImage(context);
    if (image?.kind === 'invalid') return context.json(problem(image.reason), 400);
    return context.json({ versions: await listVersions(ports, image?.definition) });
  });
  api.get('/entries', async (context) => {
    const image = readImage(context);
    if (!image || image.kind === 'invalid') return context.json(problem(image?.reason ?? idNeeded), 400);
    return context.json({ entries: await listEntries(ports, image.definition, image.version) });
  });
  api.get('/days/:day{\\d{4}-\\d{2}-\\d{2}}', async (context) => {
    const records = await ports.dayIndex.read(context.req.param('day'));
    return context.json({ records: [...new Map(records.map((record) => [record.id, record])).values()] });
  });
  api.get('/audit', async (context) => context.json(await verifyAudit(ports)));
  api.onError((error, context) => {
    if (!(error instanceof AdapterError)) return context.json(problem('internal error'), 500);
    const { message, retryable, retryAfterMs = 1_000 } = error;
    if (retryable) context.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
    return context.json(problem(message), retryable ? 503 : 500);
  });
  api.notFound((context) => context.json(problem(`there is nothing at ${context.req.path}`), 404));
  return api;
}

const idNeeded = 'the query parameter id must be the resource id of an image definition or image version';

type ReadImage =
  | { kind: 'image'; definition: ImageDefinitionId; version?: string }
  | { kind: 'invalid'; reason: string };

function readImage(context: Context): ReadImage | undefined {
  const id = context.req.query('id');
  if (id === undefined) return undefined;
  const image = parseImageId(id);
  return image ? { kind: 'image', ...image } : { kind: 'invalid', reason: `${idNeeded}, not ${id.slice(0, 200)}` };
}

function needsRole(role: string) {
  return createMiddleware(async (context, next) => {
    const principal = readPrincipal(context.req.header('x-ms-client-principal'));
    if (!principal) return context.json(problem('sign in first: send a bearer token of this application'), 401);
    if (!principal.roles.includes(role)) return context.json(problem(`needs the app role ${role}`), 403);
    return next();
  });
}

function problem(detail: string): { error: string } {
  return { error: detail };
}
