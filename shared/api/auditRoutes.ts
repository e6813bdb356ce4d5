import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { TypedResponse } from 'hono';
import { indexRecord, indexRecordsOf } from '../domain/indexRecord.ts';
import type { Ports } from '../ports.ts';
import { reindex } from '../workflow/audit/reindex.ts';
import { operatorRole, readerRole } from './access.ts';
import { streamRecords } from './findRecords.ts';
import { formatOf } from './negotiated.ts';
import { json, operation, problems } from './operation.ts';
import { streamLogs } from './pastQueries.ts';
import { listEntries, verifyAudit } from './queries.ts';
import type { rateLimit } from './rateLimit.ts';
import { readImage } from './readImage.ts';
import { streamed } from './streamed.ts';
import { validated } from './validated.ts';
import {
  contentTypes,
  formatQuery,
  linesOf,
  ndjsonOf,
  recordsIn,
  writeDocument,
  writeRecords,
} from './writeRecords.ts';

const readers = [readerRole, operatorRole] as const;
const query = z.object({ id: z.string().optional(), format: formatQuery });
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
  ports: Pick<Ports, 'auditLogs' | 'dayIndex'>,
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
      responses: { 200: recordsIn(entries, 'The entries; in CSV what the day index has of them.'), ...problems() },
    }),
    async (context) => {
      const { id, format: asked } = context.req.valid('query');
      const format = formatOf(context, asked);
      const { definition, version } = readImage(id);
      const found = await listEntries(ports, definition, version);
      if (format === 'json') return context.json({ entries: found }, 200);
      const body = format === 'csv' ? linesOf(indexRecordsOf(found, 0), format, true) : ndjsonOf(found);
      return context.text(body, 200, { 'content-type': contentTypes[format] });
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
        query: z.object({ format: formatQuery }),
      },
      responses: { 200: recordsIn(wholeDay, 'The records.'), ...problems() },
    }),
    async (context) => {
      const { day } = context.req.valid('param');
      const format = formatOf(context, context.req.valid('query').format);
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
