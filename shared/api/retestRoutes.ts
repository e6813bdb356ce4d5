import { OpenAPIHono, z } from '@hono/zod-openapi';
import { type FailedVersion, findFailed, retestFailed } from '../workflow/retestFailed.ts';
import type { WhyForeign } from '../workflow/whyForeign.ts';
import { changeHeaders, operatorRole, readerRole, requesterOf } from './access.ts';
import { json, operation, problems } from './operation.ts';
import type { rateLimit } from './rateLimit.ts';
import type { RequestPorts } from './submitRequest.ts';
import { validated } from './validated.ts';

const failedSince = z.iso.datetime().openapi({ description: 'Instant, in UTC, of the oldest verdict.' });
const failed = z
  .object({
    id: z.string().openapi({ description: 'Resource id of the image version.' }),
    verdict: z.enum(['failed', 'inconclusive']),
    reason: z.string(),
    at: z.string(),
  })
  .openapi('FailedVersion');
const asked = z.strictObject({ failedSince, reason: z.string().trim().min(1).max(500) });
const result = z.object({
  asked: z.array(failed),
  left: z.number().openapi({ description: 'So many are left: ask again.' }),
});

/** Tests again, of everything that did not pass since an instant. */
export function retestRoutes(
  ports: RequestPorts,
  limit: ReturnType<typeof rateLimit>,
  foreign: WhyForeign,
): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  routes.openapi(
    operation([readerRole, operatorRole], limit, {
      method: 'get',
      path: '/retests',
      operationId: 'planRetests',
      tags: ['requests'],
      summary: 'Versions whose smoke test did not pass since an instant, and that are not being tested again.',
      request: { query: z.object({ failedSince }) },
      responses: { 200: json(z.object({ versions: z.array(failed) }), 'The versions, oldest first.'), ...problems() },
    }),
    async (context) => {
      const since = instantIn(context.req.valid('query').failedSince);
      return context.json({ versions: (await findFailed(ports, foreign, since)).map(shown) }, 200);
    },
  );
  routes.openapi(
    operation([operatorRole], limit, {
      method: 'post',
      path: '/retests',
      operationId: 'retestFailed',
      tags: ['requests'],
      summary: 'Has them tested again, each by a request of its own; the verdicts count.',
      request: { headers: changeHeaders, body: { required: true, content: { 'application/json': { schema: asked } } } },
      responses: { 202: json(result, 'These are in the log.'), ...problems() },
    }),
    async (context) => {
      const { failedSince: since, reason } = context.req.valid('json');
      const by = requesterOf(context, ports.ids);
      const done = await retestFailed(ports, foreign, { since: instantIn(since), reason }, by);
      return context.json({ asked: done.asked.map(shown), left: done.left }, 202);
    },
  );
  return routes;
}

/** With milliseconds, as the instants that it is compared with. */
function instantIn(text: string): string {
  return new Date(text).toISOString();
}

function shown({ id, verdict, reason, at }: FailedVersion) {
  return { id, verdict, reason, at };
}
