import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Instant } from '../domain/instant.ts';
import type { Ports } from '../ports.ts';
import { operatorRole, readerRole } from './access.ts';
import { formatOf } from './negotiated.ts';
import { operation, problems } from './operation.ts';
import { keyOfCursor, nextCursor, pageOf, pageQuery } from './page.ts';
import { findLatestAt, findLives } from './pastQueries.ts';
import { ProblemError } from './problem.ts';
import type { rateLimit } from './rateLimit.ts';
import { readImage } from './readImage.ts';
import { findUnfinished, unfinished } from './unfinished.ts';
import { validated } from './validated.ts';
import { contentTypes, csvOf, type Format, formatQuery, ndjsonOf, recordsIn } from './writeRecords.ts';

const readers = [readerRole, operatorRole] as const;
const latest = z.object({ region: z.string(), version: z.string(), since: z.string() });
const latestColumns = ['at', 'id', 'region', 'version', 'since'] as const;
const life = z.object({
  id: z.string(),
  detectedAt: z.string(),
  stages: z.array(z.object({ stage: z.string(), from: z.string(), to: z.string(), seconds: z.number() })),
  exposures: z.array(
    z.object({
      how: z.enum(['bornVisible', 'drift']),
      until: z.string(),
      seconds: z.number(),
      regions: z.record(z.string(), z.number()).openapi({ description: 'Seconds in each, where they are known.' }),
    }),
  ),
  people: z.array(z.object({ at: z.string(), actor: z.string(), type: z.string() })),
});
const lifeColumns = ['id', 'detectedAt', 'kind', 'what', 'from', 'to', 'seconds', 'actor'] as const;
const unfinishedColumns = ['id', 'outcome', 'since', 'reason', 'last'] as const;

/** Questions whose answers are made of whole logs; as NDJSON and CSV with a row for each fact. */
export function pastRoutes(
  ports: Pick<Ports, 'auditLogs' | 'clock'>,
  limit: ReturnType<typeof rateLimit>,
): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
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
          ...pageQuery,
          format: formatQuery,
        }),
      },
      responses: {
        200: recordsIn(
          z.object({
            at: z.string(),
            images: z.array(z.object({ id: z.string(), latest: z.array(latest) })),
            cursor: nextCursor,
          }),
          'What was latest, by image definition.',
        ),
        ...problems(),
      },
    }),
    async (context) => {
      const { at: asked, id, region, format: form, ...page } = context.req.valid('query');
      const format = formatOf(context, form);
      const at = instantOfPage(asked, page.cursor) ?? ports.clock.now();
      const definition = id === undefined ? undefined : readImage(id).definition;
      const found = await findLatestAt(ports, at, definition, region);
      const { items: images, next } = pageOf(found, ({ id }) => `${at} ${id.toLowerCase()}`, page);
      if (format === 'json') return context.json({ at, images, ...(next !== undefined && { cursor: next }) }, 200);
      const rows = images.flatMap(({ id, latest }) => latest.map((each) => ({ at, id, ...each })));
      return table(context, rows, latestColumns, format, { cursor: page.cursor, next });
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/audit/life',
      operationId: 'lifeOfVersion',
      tags: ['audit'],
      summary: 'How long a version stood at each stage, when it was exposed, and who asked for what.',
      request: { query: z.object({ id: z.string().optional(), format: formatQuery }) },
      responses: {
        200: recordsIn(z.object({ incarnations: z.array(life) }), 'Each incarnation.'),
        ...problems(404),
      },
    }),
    async (context) => {
      const { id, format: asked } = context.req.valid('query');
      const format = formatOf(context, asked);
      const { definition, version } = readImage(id);
      if (version === undefined) throw new ProblemError(400, 'id must be the resource id of an image version');
      const incarnations = await findLives(ports, definition, version);
      if (incarnations.length === 0) throw new ProblemError(404, 'nothing is known of this version');
      if (format === 'json') return context.json({ incarnations }, 200);
      return table(context, incarnations.flatMap(rowsOfLife), lifeColumns, format);
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/audit/unfinished',
      operationId: 'listUnfinished',
      tags: ['audit'],
      summary: 'Versions that are under way, or wait for somebody, and why.',
      request: { query: z.object({ ...pageQuery, format: formatQuery }) },
      responses: {
        200: recordsIn(
          z.object({ versions: z.array(unfinished), cursor: nextCursor }),
          'The versions, the one that waits longest first.',
        ),
        ...problems(),
      },
    }),
    async (context) => {
      const { format: asked, ...page } = context.req.valid('query');
      const format = formatOf(context, asked);
      const found = await findUnfinished(ports);
      const { items: versions, next } = pageOf(found, ({ since, id }) => `${since} ${id}`, page);
      if (format === 'json') return context.json({ versions, ...(next !== undefined && { cursor: next }) }, 200);
      return table(context, versions, unfinishedColumns, format, { cursor: page.cursor, next });
    },
  );
  return routes;
}

/** All pages of one answer are of one instant, also where nobody named it. */
function instantOfPage(asked: string | undefined, cursor: string | undefined): Instant | undefined {
  const at = asked === undefined ? undefined : new Date(asked).toISOString();
  if (cursor === undefined) return at;
  const known = z.iso.datetime().safeParse(keyOfCursor(cursor)?.split(' ')[0]).data;
  if (known === undefined || (at ?? known) !== known) throw new ProblemError(400, 'the cursor is of another question');
  return known;
}

type Rows<K extends string> = { readonly [Name in K]?: string | number }[];

function table<K extends string>(
  context: Context,
  rows: Rows<K>,
  columns: readonly K[],
  format: Exclude<Format, 'json'>,
  { cursor, next }: { cursor?: string | undefined; next?: string | undefined } = {},
) {
  if (next !== undefined) context.header('x-next-cursor', next);
  const text = format === 'csv' ? csvOf(rows, columns, cursor === undefined) : ndjsonOf(rows);
  return context.text(text, 200, { 'content-type': contentTypes[format] });
}

function rowsOfLife({
  id,
  detectedAt,
  stages,
  exposures,
  people,
}: z.infer<typeof life>): Rows<(typeof lifeColumns)[number]> {
  const of = { id, detectedAt };
  return [
    ...stages.map(({ stage, ...times }) => ({ ...of, kind: 'stage', what: stage, ...times })),
    ...exposures.map(({ how, until, seconds }) => ({ ...of, kind: 'exposure', what: how, to: until, seconds })),
    ...people.map(({ at, actor, type }) => ({ ...of, kind: 'request', what: type, from: at, actor })),
  ];
}
