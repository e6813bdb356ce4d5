import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { TypedResponse } from 'hono';
import { indexRecord } from '../domain/indexRecord.ts';
import type { Ports } from '../ports.ts';
import { reindex } from '../workflow/audit/reindex.ts';
import { operatorRole, readerRole } from './access.ts';
import { streamRecords } from './findRecords.ts';
import { json, operation, problems } from './operation.ts';
import { findLatestAt, findLives, streamLogs } from './pastQueries.ts';
import { ProblemError } from './problem.ts';
import { listEntries, verifyAudit } from './queries.ts';
import type { rateLimit } from './rateLimit.ts';
import { readImage } from './readImage.ts';
import { streamed } from './streamed.ts';
import { validated } from './validated.ts';
import { contentTypes, formats, recordsIn, writeDocument, writeRecords } from './writeRecords.ts';

const readers = [readerRole, operatorRole] as const;
const query = z.object({ id: z.string().optional() });
const latest = z.object({ region: z.string(), version: z.string(), since: z.string() });
const life = z.object({
  id: z.string(),
  detectedAt: z.string(),
  stages: z.array(z.object({ stage: z.string(), from: z.string(), to: z.string(), seconds: z.number() })),
  exposures: z.array(z.object({ how: z.enum(['bornVisible', 'drift']), until: z.string(), seconds: z.number() })),
  people: z.array(z.object({ at: z.string(), actor: z.string(), type: z.string() })),
});
const wholeDay = z.object({ records: z.array(indexRecord), indexedThrough: z.string().optional() });
const anyEntry = z.looseObject({ log: z.string(), sequence: z.number(), id: z.string(), at: z.string() });
const entries = z.object({ entries: z.array(anyEntry) });
const logName = z
  .string()
  .max(200)
  .regex(/^[a-z]+(\/[\w.-]+){0,3}$/);
/** A few megabytes, which no caller is cut off in the middle of. */
const mostLogs = 200;

/** Questions to the audit trail. */
export function auditRoutes(
  ports: Pick<Ports, 'auditLogs' | 'dayIndex' | 'clock'>,
  limit: ReturnType<typeof rateLimit>,
): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/entries',
      operationId: 'listEntries',
      tags: ['audit'],
      summary: 'The audit entries of a version, or of an image definition itself.',
      request: { query },
      responses: { 200: json(entries, 'The entries.'), ...problems() },
    }),
    async (context) => {
      const { definition, version } = readImage(context.req.valid('query').id);
      return context.json({ entries: await listEntries(ports, definition, version) }, 200);
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/days/{day}',
      operationId: 'listDay',
      tags: ['audit'],
      summary: 'Everything that happened on one day (UTC), one line each, streamed.',
      request: {
        params: z.object({ day: z.iso.date() }),
        query: z.object({ format: z.enum(formats).default('json') }),
      },
      responses: { 200: recordsIn(wholeDay, 'The records.'), ...problems() },
    }),
    async (context) => {
      const { day } = context.req.valid('param');
      const { format } = context.req.valid('query');
      const body = await streamed(writeRecords(streamRecords(ports, { from: day, to: day }), format));
      return context.body(body, 200, { 'content-type': contentTypes[format] });
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/audit',
      operationId: 'verifyAudit',
      tags: ['audit'],
      summary: 'Reads every log, checks every hash chain, and holds them against the daily manifests.',
      responses: {
        200: json(
          z.object({
            entries: z.number(),
            chain: z.enum(['intact', 'broken']),
            manifests: z.number(),
            broken: z.array(z.object({ log: z.string(), problem: z.string(), sequence: z.number().optional() })),
          }),
          'What was found.',
        ),
        ...problems(),
      },
    }),
    async (context) => context.json(await verifyAudit(ports), 200),
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/audit/log',
      operationId: 'readLog',
      tags: ['audit'],
      summary: 'All entries of one log, by the name that records give it.',
      request: {
        query: z.object({ name: logName }),
      },
      responses: { 200: json(entries, 'The entries.'), ...problems() },
    }),
    async (context) => {
      const { entries } = await ports.auditLogs.read(context.req.valid('query').name);
      return context.json({ entries }, 200);
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'post',
      path: '/audit/logs',
      operationId: 'readLogs',
      tags: ['audit'],
      summary: 'All entries of many logs, one log after the other, streamed, with an entry in each line.',
      request: {
        body: {
          required: true,
          content: { 'application/json': { schema: z.strictObject({ names: z.array(logName).min(1).max(mostLogs) }) } },
        },
      },
      responses: { 200: json(entries, 'The entries.'), ...problems() },
    }),
    async (context) => {
      const { names } = context.req.valid('json');
      const body = await streamed(writeDocument('entries', streamLogs(ports, names)));
      const answer = context.body(body, 200, { 'content-type': contentTypes.json });
      // JSON it is, and the types of routes know none that is streamed.
      return answer as typeof answer & TypedResponse<z.infer<typeof entries>, 200, 'json'>;
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/audit/latest',
      operationId: 'latestAt',
      tags: ['audit'],
      summary: 'What was latest at an instant, in each region.',
      request: {
        query: z.object({
          at: z.iso.datetime().optional().openapi({ description: 'Now, where it is not given.' }),
          id: z.string().optional().openapi({ description: 'Of one image definition only.' }),
          region: z.string().optional(),
        }),
      },
      responses: {
        200: json(
          z.object({ at: z.string(), images: z.array(z.object({ id: z.string(), latest: z.array(latest) })) }),
          'What was latest.',
        ),
        ...problems(),
      },
    }),
    async (context) => {
      const { at = ports.clock.now(), id, region } = context.req.valid('query');
      const instant = new Date(at).toISOString();
      const definition = id === undefined ? undefined : readImage(id).definition;
      return context.json({ at: instant, images: await findLatestAt(ports, instant, definition, region) }, 200);
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/audit/life',
      operationId: 'lifeOfVersion',
      tags: ['audit'],
      summary: 'How long a version stood at each stage, when it was exposed, and who asked for what.',
      request: { query },
      responses: { 200: json(z.object({ incarnations: z.array(life) }), 'Each incarnation.'), ...problems(404) },
    }),
    async (context) => {
      const { definition, version } = readImage(context.req.valid('query').id);
      if (version === undefined) throw new ProblemError(400, 'id must be the resource id of an image version');
      const incarnations = await findLives(ports, definition, version);
      if (incarnations.length === 0) throw new ProblemError(404, 'nothing is known of this version');
      return context.json({ incarnations }, 200);
    },
  );
  routes.openapi(
    operation([operatorRole], limit, {
      method: 'post',
      path: '/audit/reindex',
      operationId: 'reindex',
      tags: ['audit'],
      summary: 'Adds what is missing in the day index from the logs.',
      responses: {
        200: json(
          z.object({ logs: z.number(), added: z.number(), unreadable: z.array(z.string()) }),
          'What was added.',
        ),
        ...problems(),
      },
    }),
    async (context) => context.json(await reindex(ports), 200),
  );
  return routes;
}
