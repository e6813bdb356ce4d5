import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Ports } from '../ports.ts';
import { operatorRole, readerRole } from './access.ts';
import { json, operation, problems } from './operation.ts';
import { nextCursor, pageQuery } from './page.ts';
import { listDefinitions, listVersions } from './queries.ts';
import type { rateLimit } from './rateLimit.ts';
import { readImage } from './readImage.ts';
import { validated } from './validated.ts';
import { versionReport } from './versionReport.ts';

const readers = [readerRole, operatorRole] as const;
const image = z.object({
  id: z.string().openapi({ description: 'Resource id of the image definition.' }),
  latest: z.record(z.string(), z.string()).openapi({ description: 'What Azure picks as latest, by region.' }),
  open: z.array(z.string()).openapi({ description: 'Versions with work left.' }),
  adopted: z.array(z.object({ version: z.string(), failed: z.boolean() })).openapi({
    description: 'Versions of before the service, left as they are; whether one failed when it was tested.',
  }),
});
const query = z.object({ id: z.string().optional(), ...pageQuery });

/** Image definitions and their versions. */
export function imageRoutes(ports: Pick<Ports, 'auditLogs'>, limit: ReturnType<typeof rateLimit>): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/images',
      operationId: 'listImages',
      tags: ['images'],
      summary: 'Every image definition, with its latest version in each region.',
      responses: { 200: json(z.object({ images: z.array(image) }), 'The image definitions.'), ...problems() },
    }),
    async (context) => context.json({ images: await listDefinitions(ports) }, 200),
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/versions',
      operationId: 'listVersions',
      tags: ['images'],
      summary: 'Every version, or those of one image definition, with what happened to it; in pages.',
      request: { query },
      responses: {
        200: json(z.object({ versions: z.array(versionReport), cursor: nextCursor }), 'The versions.'),
        ...problems(),
      },
    }),
    async (context) => {
      const { id, ...page } = context.req.valid('query');
      const definition = id === undefined ? undefined : readImage(id).definition;
      return context.json(await listVersions(ports, page, definition), 200);
    },
  );
  return routes;
}
