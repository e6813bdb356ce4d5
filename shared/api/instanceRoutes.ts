import { OpenAPIHono, z } from '@hono/zod-openapi';
import { describeSpending, type Spending } from '../domain/budget.ts';
import { foldInstance, type InstanceState } from '../domain/instanceState.ts';
import { askInstance, type InstancePorts } from '../workflow/askInstance.ts';
import { lastGoodPolicy } from '../workflow/currentPolicy.ts';
import { loadLog } from '../workflow/log.ts';
import { instanceLog } from '../workflow/readInstance.ts';
import { lookAtSpending } from '../workflow/spending.ts';
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
    budget: z
      .object({
        state: z.enum(['within', 'near', 'spent', 'unreadable']),
        reason: z.string(),
        period: z.string().exactOptional(),
        minutes: z.number().exactOptional(),
        limit: z.number().exactOptional(),
        until: z.string().exactOptional(),
      })
      .exactOptional()
      .openapi({ description: 'Where the policy has one: the VM minutes of this period, which ends at `until`.' }),
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
      summary: 'Whether everything is paused, the circuit breaker is open, or the budget is spent.',
      responses: { 200: json(state, 'The state.'), ...problems() },
    }),
    async (context) => {
      const { policy } = (await lastGoodPolicy(ports)).defaults;
      const spending = await lookAtSpending(ports, policy, ports.clock.now());
      return context.json(shown(foldInstance((await loadLog(ports, instanceLog)).entries), spending), 200);
    },
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

function shown({ paused, trip }: InstanceState, spending: Spending | 'unreadable' | undefined) {
  return {
    ...(paused && { paused }),
    ...(trip?.isOpen && { breaker: { reason: trip.reason, since: trip.since } }),
    ...(spending && { budget: shownBudget(spending) }),
  };
}

function shownBudget(spending: Spending | 'unreadable') {
  if (spending === 'unreadable') return { state: spending, reason: 'how many VM minutes are spent cannot be read' };
  return { ...spending, reason: describeSpending(spending) };
}
