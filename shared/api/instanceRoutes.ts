import { OpenAPIHono, z } from '@hono/zod-openapi';
import { foldInstance, type InstanceState } from '../domain/instanceState.ts';
import { askInstance, type InstancePorts } from '../workflow/askInstance.ts';
import { loadLog } from '../workflow/log.ts';
import { instanceLog } from '../workflow/readInstance.ts';
import { changeHeaders, keyTaken, operatorRole, readerRole, requesterOf } from './access.ts';
import { json, operation, problems } from './operation.ts';
import { ProblemError } from './problem.ts';
import type { rateLimit } from './rateLimit.ts';
import { validated } from './validated.ts';

const state = z
  .object({
    paused: z
      .object({ reason: z.string(), by: z.string(), since: z.string() })
      .exactOptional()
      .openapi({ description: 'Where everything is: by whom, an object id, and since when.' }),
    breaker: z
      .object({ reason: z.string(), since: z.string() })
      .exactOptional()
      .openapi({ description: 'Where it is open: no smoke test begins until everything is resumed.' }),
  })
  .openapi('Instance');
const asked = z.strictObject({ kind: z.enum(['pause', 'resume']), reason: z.string().trim().min(1).max(500) });
const body = { required: true, content: { 'application/json': { schema: asked } } };

/** What concerns every image definition at once. */
export function instanceRoutes(ports: InstancePorts, limit: ReturnType<typeof rateLimit>): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  routes.openapi(
    operation([readerRole, operatorRole], limit, {
      method: 'get',
      path: '/instance',
      operationId: 'getInstance',
      tags: ['instance'],
      summary: 'Whether everything is paused, or the circuit breaker is open.',
      responses: { 200: json(state, 'The state.'), ...problems() },
    }),
    async (context) => context.json(shown(foldInstance((await loadLog(ports, instanceLog)).entries)), 200),
  );
  routes.openapi(
    operation([operatorRole], limit, {
      method: 'post',
      path: '/instance/requests',
      operationId: 'askInstance',
      tags: ['instance'],
      summary: 'Pause or resume everything; resuming closes the circuit breaker too.',
      request: { headers: changeHeaders, body },
      responses: { 200: json(z.object({ reason: z.string() }), 'It is done.'), ...problems(422) },
    }),
    async (context) => {
      const result = await askInstance(ports, context.req.valid('json'), requesterOf(context, ports.ids));
      if (result.kind === 'otherRequest') throw keyTaken();
      if (result.kind === 'refused') throw new ProblemError(422, result.reason);
      return context.json({ reason: result.reason }, 200);
    },
  );
  return routes;
}

function shown({ paused, trip }: InstanceState) {
  return { ...(paused && { paused }), ...(trip?.isOpen && { breaker: { reason: trip.reason, since: trip.since } }) };
}
