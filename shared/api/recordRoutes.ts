import { OpenAPIHono, z } from '@hono/zod-openapi';
import { indexRecord } from '../domain/indexRecord.ts';
import type { Ports } from '../ports.ts';
import { operatorRole, readerRole } from './access.ts';
import { findRecords, streamRecords } from './findRecords.ts';
import { formatOf } from './negotiated.ts';
import { operation, problems } from './operation.ts';
import { nextCursor, pageLimit } from './page.ts';
import { ProblemError } from './problem.ts';
import type { rateLimit } from './rateLimit.ts';
import { findRecent } from './recent.ts';
import { streamed } from './streamed.ts';
import { validated } from './validated.ts';
import { contentTypes, formatQuery, linesOf, recordsIn, writeRecords } from './writeRecords.ts';

const mostDays = 400;
const day = z.iso.date();
const query = z.object({
  from: day.openapi({ description: 'First day (UTC).' }),
  to: day.optional().openapi({ description: 'Last day (UTC), included; else the first.' }),
  gallery: z.string().max(80).optional(),
  image: z.string().max(80).optional(),
  version: z.string().max(40).optional(),
  team: z.string().max(50).optional(),
  actor: z.string().max(100).optional().openapi({ description: 'Object id, or service.' }),
  type: z.string().max(60).optional().openapi({ description: 'Type of the entry, such as published.' }),
  outcome: z.enum(['passed', 'failed', 'inconclusive']).optional(),
  knownIssue: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'Smoke tests that met the known issue with this ticket; `any` of any.' }),
  limit: pageLimit('Records of a page. `all` is everything in one answer, streamed, without a cursor.'),
  cursor: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}\.\d{1,9}$/)
    .optional()
    .openapi({ description: 'From the answer before.' }),
  format: formatQuery,
});
const page = z.object({
  records: z.array(indexRecord),
  cursor: nextCursor,
  indexedThrough: z
    .string()
    .optional()
    .openapi({ description: 'The newest entry in the index; later ones may be on their way.' }),
});

/** Questions over all logs, answered from the day index. */
export function recordRoutes(
  ports: Pick<Ports, 'auditLogs' | 'clock' | 'dayIndex'>,
  limit: ReturnType<typeof rateLimit>,
): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  routes.openapi(
    operation([readerRole, operatorRole], limit, {
      method: 'get',
      path: '/audit/records',
      operationId: 'findRecords',
      tags: ['audit'],
      summary:
        'What happened, by time, image, team, actor, type, outcome and known issue; in pages or streamed, as JSON, NDJSON or CSV.',
      request: { query },
      responses: {
        200: recordsIn(page, 'One page, or everything.'),
        ...problems(),
      },
    }),
    async (context) => {
      const { limit: size, cursor, format: asked, to: last, ...wanted } = context.req.valid('query');
      const format = formatOf(context, asked);
      const to = last ?? wanted.from;
      const days = (Date.parse(to) - Date.parse(wanted.from)) / 86_400_000;
      if (days < 0 || days > mostDays) throw new ProblemError(400, `from and to must be 0 to ${mostDays} days apart`);
      const [startDay = wanted.from, skip = '0'] = cursor?.split('.') ?? [];
      if (startDay < wanted.from || startDay > to) throw new ProblemError(400, 'the cursor is of another question');
      if (size === 'all') {
        if (cursor !== undefined) throw new ProblemError(400, 'what is answered whole has no cursor');
        const body = await streamed(writeRecords(streamRecords(ports, { ...wanted, to }), format));
        return context.body(body, 200, { 'content-type': contentTypes[format] });
      }
      const found = await findRecords(ports, { ...wanted, to }, { day: startDay, skip: Number(skip) }, size);
      const next = found.next && `${found.next.day}.${found.next.skip}`;
      if (next !== undefined) context.header('x-next-cursor', next);
      if (format !== 'json')
        return context.text(linesOf(found.records, format, cursor === undefined), 200, {
          'content-type': contentTypes[format],
        });
      return context.json(
        {
          records: found.records,
          ...(next !== undefined && { cursor: next }),
          ...(found.indexedThrough !== undefined && { indexedThrough: found.indexedThrough }),
        },
        200,
      );
    },
  );
  routes.openapi(
    operation([readerRole, operatorRole], limit, {
      method: 'get',
      path: '/audit/recent',
      operationId: 'findRecent',
      tags: ['audit'],
      summary: 'What happened in the last ten minutes, from the logs themselves, to be asked again and again.',
      request: { query: z.object({ format: formatQuery }) },
      responses: { 200: recordsIn(z.object({ records: z.array(indexRecord) }), 'The records.'), ...problems() },
    }),
    async (context) => {
      const format = formatOf(context, context.req.valid('query').format);
      const records = await findRecent(ports);
      if (format === 'json') return context.json({ records }, 200);
      return context.text(linesOf(records, format, true), 200, { 'content-type': contentTypes[format] });
    },
  );
  return routes;
}
