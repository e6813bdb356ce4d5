import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Ports } from '../ports.ts';
import { listDeadLetters } from '../workflow/deliveries/deadLetters.ts';
import type { TeamPorts } from '../workflow/settleTeam.ts';
import { replayTeam, settleDeadLetter } from '../workflow/teamDeadLetters.ts';
import { changeHeaders, operatorRole, requesterOf, teamRole } from './access.ts';
import { json, operation, problems } from './operation.ts';
import { ProblemError } from './problem.ts';
import type { rateLimit } from './rateLimit.ts';
import { noTeam, requireOwn, teamPath } from './teamAccess.ts';
import { validated } from './validated.ts';

export type TeamRecordPorts = TeamPorts & Pick<Ports, 'announcements' | 'documents' | 'teamMessages'>;

const letterPath = teamPath.extend({ id: z.string().regex(/^[0-9a-f]{32}$/) });
const letter = z
  .object({
    id: z.string(),
    from: z.enum(['delivery', 'subscription']),
    type: z.string(),
    subject: z.string(),
    reason: z.string(),
    at: z.string(),
  })
  .openapi('DeadLetter');
const replay = z.strictObject({ since: z.iso.datetime() });
const replayed = z.object({ sent: z.number(), until: z.string().optional() });
const may = [operatorRole, teamRole] as const;

/** What did not reach a team: read, sent again, dropped. Each to its own, operators to all. */
export function teamRecordRoutes(ports: TeamRecordPorts, limit: ReturnType<typeof rateLimit>): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  routes.openapi(
    operation([...may], limit, {
      method: 'get',
      path: '/teams/{team}/dead-letters',
      operationId: 'listDeadLetters',
      tags: ['teams'],
      summary: 'Announcements that did not reach the team.',
      request: { params: teamPath },
      responses: { 200: json(z.object({ deadLetters: z.array(letter) }), 'The first of them.'), ...problems(404) },
    }),
    async (context) => {
      const { team } = context.req.valid('param');
      await requireInForce(ports, context, team);
      const found = await listDeadLetters(ports, team);
      return context.json({ deadLetters: found.map(({ data: _, ...shown }) => shown) }, 200);
    },
  );
  for (const how of ['replay', 'drop'] as const)
    routes.openapi(
      operation([...may], limit, {
        method: how === 'replay' ? 'post' : 'delete',
        path: '/teams/{team}/dead-letters/{id}',
        operationId: `${how}DeadLetter`,
        tags: ['teams'],
        summary: how === 'replay' ? 'Sends a dead letter to the team once more.' : 'Drops a dead letter.',
        request: { params: letterPath, headers: changeHeaders },
        responses: { 200: json(z.object({ id: z.string() }), 'It is done, and audited.'), ...problems(404) },
      }),
      async (context) => {
        const { team, id } = context.req.valid('param');
        await requireInForce(ports, context, team);
        if (!(await settleDeadLetter(ports, team, id, how, requesterOf(context, ports.ids))))
          throw new ProblemError(404, `team ${team} has no dead letter ${id}`);
        return context.json({ id }, 200);
      },
    );
  routes.openapi(
    operation([...may], limit, {
      method: 'post',
      path: '/teams/{team}/replays',
      operationId: 'replayTeam',
      tags: ['teams'],
      summary: 'Sends the team, and nobody else, what was announced since an instant and passes its filter.',
      request: {
        params: teamPath,
        headers: changeHeaders,
        body: { required: true, content: { 'application/json': { schema: replay } } },
      },
      responses: {
        202: json(replayed, 'How many were looked at; `until` where there are more, to go on from.'),
        ...problems(404),
      },
    }),
    async (context) => {
      const { team } = context.req.valid('param');
      await requireInForce(ports, context, team);
      const since = new Date(context.req.valid('json').since).toISOString();
      return context.json(await replayTeam(ports, team, since, requesterOf(context, ports.ids)), 202);
    },
  );
  return routes;
}

async function requireInForce(ports: TeamRecordPorts, context: Context, name: string): Promise<void> {
  const { inForce } = await requireOwn(ports, context, name);
  if (!inForce) throw noTeam(name);
}
