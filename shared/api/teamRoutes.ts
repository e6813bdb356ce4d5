import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { toldOf } from '../domain/teams/subscriptionRecord.ts';
import { team, teamDelivery } from '../domain/teams/team.ts';
import { latenessOf } from '../domain/teams/teamRecord.ts';
import type { TeamState } from '../domain/teams/teamState.ts';
import type { MessageCounts, Ports } from '../ports.ts';
import { makeWebhookSecret, putTeam, removeTeam, sendTeamTest } from '../workflow/changeTeam.ts';
import { readRecord } from '../workflow/deliveries/record.ts';
import type { TeamPorts } from '../workflow/settleTeam.ts';
import { type LoadedTeam, listTeams, loadTeam, teamVersion } from '../workflow/teamLog.ts';
import { changeHeaders, operatorRole, principalOf, readerRole, requesterOf, teamRole } from './access.ts';
import { json, operation, problems } from './operation.ts';
import { ProblemError } from './problem.ts';
import type { rateLimit } from './rateLimit.ts';
import { includesCaller, noTeam, requireOwn, teamPath } from './teamAccess.ts';
import { validated } from './validated.ts';

export type TeamRoutePorts = TeamPorts & Pick<Ports, 'announcements' | 'documents' | 'teamMessages'>;

const headers = changeHeaders.extend({ 'if-match': z.string().optional() });
const shown = z
  .object({
    name: z.string(),
    subscription: z.string().openapi({ description: 'Receive from this address.' }),
    filter: team.shape.filter.optional(),
    principals: team.shape.principals,
    delivery: teamDelivery.optional(),
    callsAMinute: z.number().optional().openapi({ description: 'As the server of its webhook allows.' }),
    granted: z.array(z.string()).openapi({ description: 'Object ids that may receive.' }),
    commands: z
      .array(z.string())
      .openapi({ description: 'To be run by somebody who may assign roles, since the service may not.' }),
    state: z.enum(['inForce', 'underWay', 'refused', 'removed']),
    reason: z.string().optional(),
    messages: z.object({ waiting: z.number(), deadLettered: z.number() }).optional(),
    record: z
      .object({
        since: z.string().optional().openapi({ description: 'When counting began, for a team that receives itself.' }),
        enqueued: z.number().openapi({
          description:
            'Announcements that passed its filter: put into its subscription, or tried by webhook or storage queue.',
        }),
        delivered: z.number().openapi({
          description: 'Received: accepted by its server or queue, or neither in its subscription nor a dead letter.',
        }),
        failedTries: z.number().optional(),
        deadLettered: z.number().openapi({ description: 'Also those that were sent again or dropped since.' }),
        openUntil: z.string().optional().openapi({ description: 'Until then nothing is tried, after many failures.' }),
      })
      .optional()
      .openapi({ description: 'What became of the announcements for this team.' }),
    lateness: z.object({ p50: z.number(), p95: z.number(), of: z.number() }).optional().openapi({
      description: 'Milliseconds from a fact to the call, or to its count in the subscription, of the last ones.',
    }),
  })
  .openapi('Team');
type Shown = z.infer<typeof shown>;

/** Teams subscribe, and see to their subscription: each to its own, operators to all. */
export function teamRoutes(ports: TeamRoutePorts, limit: ReturnType<typeof rateLimit>): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  const may = [operatorRole, teamRole] as const;

  routes.openapi(
    operation([readerRole, ...may], limit, {
      method: 'get',
      path: '/teams',
      operationId: 'listTeams',
      tags: ['teams'],
      summary: 'Teams and what they want to hear; a team sees itself.',
      responses: { 200: json(z.object({ teams: z.array(shown) }), 'The teams.'), ...problems() },
    }),
    async (context) => {
      const all = await Promise.all((await listTeams(ports)).map((name) => loadTeam(ports, name)));
      const there = all.filter(({ state }) => state.wanted && maySee(context, state));
      return context.json({ teams: there.map(({ state }) => show(state, undefined)) }, 200);
    },
  );
  routes.openapi(
    operation([readerRole, ...may], limit, {
      method: 'get',
      path: '/teams/{team}',
      operationId: 'getTeam',
      tags: ['teams'],
      summary: 'One team, with how many messages wait for it.',
      request: { params: teamPath },
      responses: { 200: json(shown, 'The team.'), ...problems(404) },
    }),
    async (context) => {
      const { team: name } = context.req.valid('param');
      const found = await loadTeam(ports, name);
      await requireOwn(ports, context, name, [readerRole, operatorRole]);
      if (!found.state.changedAt) throw noTeam(name);
      const counts = await ports.teamSubscriptions.count(name);
      const told = await recordOf(ports, found.state, counts);
      return context.json({ ...show(found.state, counts), ...told }, 200, { etag: etagOf(found) });
    },
  );
  routes.openapi(
    operation([...may], limit, {
      method: 'put',
      path: '/teams/{team}',
      operationId: 'putTeam',
      tags: ['teams'],
      summary: 'Subscribes a team, or gives it another filter or other receivers.',
      request: {
        params: teamPath,
        headers,
        body: { required: true, content: { 'application/json': { schema: team } } },
      },
      responses: { 200: json(shown, 'The team as it is in force.'), ...problems(412, 422) },
    }),
    async (context) => {
      const { team: name } = context.req.valid('param');
      const wanted = context.req.valid('json');
      await requireOwn(ports, context, name);
      if (!isOperator(context) && !includesCaller(principalOf(context), wanted.principals))
        throw new ProblemError(
          403,
          'a team includes whoever manages it: add yourself, or a group of yours, to principals',
        );
      return answer(context, await putTeam(ports, name, wanted, byOf(context, ports)));
    },
  );
  routes.openapi(
    operation([...may], limit, {
      method: 'delete',
      path: '/teams/{team}',
      operationId: 'removeTeam',
      tags: ['teams'],
      summary: 'Removes the subscription of a team, and what waits in it.',
      request: { params: teamPath, headers },
      responses: { 200: json(shown, 'The team is removed.'), ...problems(404, 412, 422) },
    }),
    async (context) => {
      const { team: name } = context.req.valid('param');
      const { wanted } = await requireOwn(ports, context, name);
      if (!wanted) throw noTeam(name);
      return answer(context, await removeTeam(ports, name, byOf(context, ports)));
    },
  );
  routes.openapi(
    operation([...may], limit, {
      method: 'post',
      path: '/teams/{team}/test',
      operationId: 'sendTeamTest',
      tags: ['teams'],
      summary: 'Sends a message of type imprimatur.team.test.v1 that only this team gets.',
      request: { params: teamPath, headers },
      responses: { 202: json(z.object({ id: z.string() }), 'It is on its way.'), ...problems(404) },
    }),
    async (context) => {
      const { team: name } = context.req.valid('param');
      await requireOwn(ports, context, name);
      const id = await sendTeamTest(ports, name, byOf(context, ports));
      if (id === undefined) throw noTeam(name);
      return context.json({ id }, 202);
    },
  );
  routes.openapi(
    operation([...may], limit, {
      method: 'post',
      path: '/teams/{team}/secret',
      operationId: 'makeWebhookSecret',
      tags: ['teams'],
      summary: 'A new secret that signs the calls of its webhook. It is told once, here.',
      request: { params: teamPath, headers },
      responses: { 201: json(z.object({ secret: z.string() }), 'From now on.'), ...problems(404) },
    }),
    async (context) => {
      const { team: name } = context.req.valid('param');
      await requireOwn(ports, context, name);
      const secret = await makeWebhookSecret(ports, name, byOf(context, ports));
      if (!secret) throw new ProblemError(404, `team ${name} has no webhook`);
      return context.json({ secret: secret.reveal() }, 201, { 'cache-control': 'no-store' });
    },
  );
  return routes;
}

async function recordOf(
  ports: TeamRoutePorts,
  { name, inForce }: TeamState,
  counts: MessageCounts | undefined,
): Promise<Pick<Shown, 'record' | 'lateness'>> {
  if (!inForce) return {};
  const { lateMs, subscription, enqueued, delivered, failedTries, deadLettered, openUntil } = await readRecord(
    ports,
    name,
  );
  const lateness = latenessOf(lateMs);
  const told = lateness ? { lateness } : {};
  if (!inForce.delivery) return { ...told, ...(subscription && counts && { record: toldOf(subscription, counts) }) };
  const isOpen = openUntil !== undefined && openUntil > ports.clock.now();
  return { ...told, record: { enqueued, delivered, failedTries, deadLettered, ...(isOpen && { openUntil }) } };
}

function answer(context: Context, changed: Awaited<ReturnType<typeof putTeam>>) {
  if (changed.kind === 'refused') throw new ProblemError(422, changed.reason);
  if (changed.kind === 'outdated') throw new ProblemError(412, 'the team was changed since you read it: read it again');
  return context.json(show(changed.team.state, undefined), 200, { etag: etagOf(changed.team) });
}

function byOf(context: Context, { ids }: Pick<Ports, 'ids'>) {
  const match = /^(?:W\/)?"([^"]*)"$/.exec(context.req.header('if-match') ?? '')?.[1];
  return {
    ...requesterOf(context, ids),
    ...(match !== undefined && { ifMatch: match }),
  };
}

const isOperator = (context: Context) => principalOf(context).roles.includes(operatorRole);

function maySee(context: Context, { wanted }: TeamState): boolean {
  const { roles } = principalOf(context);
  return (
    roles.includes(readerRole) || isOperator(context) || includesCaller(principalOf(context), wanted?.principals ?? [])
  );
}

function etagOf(loaded: LoadedTeam): string {
  return `"${teamVersion(loaded)}"`;
}

function show(state: TeamState, messages: MessageCounts | undefined): Shown {
  const { name, wanted, pending, refused, granted, commands, callsAMinute } = state;
  const now = refused !== undefined ? 'refused' : pending ? 'underWay' : wanted ? 'inForce' : 'removed';
  return {
    name,
    subscription: `image-versions/Subscriptions/${name}`,
    ...(wanted && { filter: wanted.filter }),
    ...(wanted?.delivery && { delivery: wanted.delivery }),
    ...(callsAMinute !== undefined && { callsAMinute }),
    principals: wanted?.principals ?? [],
    granted,
    commands,
    state: now,
    ...(refused !== undefined && { reason: refused }),
    ...(messages && { messages }),
  };
}
