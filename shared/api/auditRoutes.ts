import { OpenAPIHono, z } from '@hono/zod-openapi';
import { indexRecord } from '../domain/indexRecord.ts';
import type { Ports } from '../ports.ts';
import { operatorRole, readerRole } from './access.ts';
import { json, operation, problems } from './operation.ts';
import { listEntries, verifyAudit } from './queries.ts';
import type { rateLimit } from './rateLimit.ts';
import { readImage } from './readImage.ts';
import { validated } from './validated.ts';

const readers = [readerRole, operatorRole] as const;
const query = z.object({ id: z.string().optional() });
const anyEntry = z.looseObject({ log: z.string(), sequence: z.number(), id: z.string(), at: z.string() });

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
      responses: { 200: json(z.object({ entries: z.array(anyEntry) }), 'The entries.'), ...problems() },
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
      summary: 'Everything that happened on one day (UTC), one line each.',
      request: { params: z.object({ day: z.iso.date() }) },
      responses: { 200: json(z.object({ records: z.array(indexRecord) }), 'The records.'), ...problems() },
    }),
    async (context) => {
      const records = await ports.dayIndex.read(context.req.valid('param').day);
      return context.json({ records: [...new Map(records.map((record) => [record.id, record])).values()] }, 200);
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/audit',
      operationId: 'verifyAudit',
      tags: ['audit'],
      summary: 'Reads every log and checks every hash chain.',
      responses: {
        200: json(
          z.object({
            entries: z.number(),
            chain: z.enum(['intact', 'broken']),
            broken: z.array(z.object({ log: z.string(), problem: z.string() })),
          }),
          'What was found.',
        ),
        ...problems(),
      },
    }),
    async (context) => context.json(await verifyAudit(ports), 200),
  );
  return routes;
}
