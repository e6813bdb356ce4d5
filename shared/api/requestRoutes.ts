import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Entry } from '../domain/entries.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { describeRelease } from '../domain/releasePlan.ts';
import { effectOf, versionsConcerned } from '../domain/requestEffect.ts';
import { describePlan } from '../domain/requestPlan.ts';
import { isRequest, type RequestFact } from '../domain/requests.ts';
import { definitionLog, incarnationLog } from '../workflow/log.ts';
import { factOf, type OperatorRequest, operatorRequest } from '../workflow/operatorRequest.ts';
import { planFor } from '../workflow/planFor.ts';
import { planRelease } from '../workflow/planRelease.ts';
import type { WhyForeign } from '../workflow/whyForeign.ts';
import { changeHeaders, operatorRole, principalOf, type Role, readerRole, teamRole } from './access.ts';
import { json, operation, problems } from './operation.ts';
import type { Principal } from './principal.ts';
import { ProblemError } from './problem.ts';
import { readAll, readIncarnations } from './queries.ts';
import type { rateLimit } from './rateLimit.ts';
import { readImage } from './readImage.ts';
import { type RequestPorts, requireOurs, submitRequest } from './submitRequest.ts';
import { validated } from './validated.ts';

const body = { required: true, content: { 'application/json': { schema: operatorRequest } } };
const change = z.object({ region: z.string(), version: z.string().nullable(), previous: z.string().nullable() });
const member = z.object({
  image: z.string(),
  version: z.string(),
  becomes: z.enum(['stays', 'publishedToo', 'holdsAll', 'held', 'rolledBack', 'asked']),
  reason: z.string(),
  changes: z.array(change),
});
const plan = z
  .object({
    outcome: z.enum(['accepted', 'refused']),
    reason: z.string(),
    changes: z.array(change),
    group: z
      .object({ name: z.string(), waits: z.boolean(), says: z.string(), members: z.array(member) })
      .exactOptional()
      .openapi({ description: 'What it means to the other members of its group.' }),
    text: z.array(z.string()).openapi({ description: 'The changes and what becomes of the group, one line each.' }),
  })
  .openapi('Plan');
const releasePlan = z
  .object({
    waits: z.array(z.string()).openapi({ description: 'What it waits for, besides time and replication.' }),
    assumes: z.array(z.string()).openapi({
      description: 'What else is under way, and is taken to come to nothing before.',
    }),
    rings: z.array(
      z.object({
        ring: z.number(),
        of: z.number(),
        regions: z.array(z.string()),
        at: z.string().exactOptional().openapi({ description: 'The earliest instant, by the rules of now.' }),
        changes: z.array(change),
      }),
    ),
    text: z.array(z.string()).openapi({ description: 'The same for people, one line each.' }),
  })
  .openapi('ReleasePlan');
const accepted = z.object({ request: z.string(), location: z.string() });
const path = z.object({ request: z.string().regex(/^[0-9a-f]{20}$/) });
const query = z.object({ id: z.string().openapi({ description: 'Resource id of the image definition or version.' }) });
const shown = z.object({
  outcome: z.enum(['open', 'accepted', 'refused']),
  reason: z.string(),
  effect: z
    .object({ state: z.enum(['underWay', 'done', 'failed']), reason: z.string() })
    .optional()
    .openapi({ description: 'Of an accepted one: whether the versions are as it asked.' }),
});

/** What operators ask for: what it would change, the request, and what came of it. */
export function requestRoutes(
  ports: RequestPorts,
  limit: ReturnType<typeof rateLimit>,
  foreign: WhyForeign,
): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  const readers: Role[] = [readerRole, operatorRole];
  routes.openapi(
    operation(readers, limit, {
      method: 'post',
      path: '/plans',
      operationId: 'planRequest',
      tags: ['requests'],
      summary: 'What a request would change, without making it.',
      request: { body },
      responses: { 200: json(plan, 'The plan.'), ...problems(404, 409) },
    }),
    async (context) => {
      const { definition, asked } = read(context.req.valid('json'));
      await requireOurs(foreign, definition);
      const planned = await planFor(ports, definition, asked, principalOf(context).objectId);
      if (!planned) throw new ProblemError(404, 'the image definition is not known here: is its gallery in charge?');
      return context.json({ ...planned, text: describePlan(planned) }, 200);
    },
  );
  routes.openapi(
    operation(readers, limit, {
      method: 'get',
      path: '/plans/release',
      operationId: 'planRelease',
      tags: ['requests'],
      summary: 'What the release of a version will do by itself, ring by ring, before it happens.',
      request: { query },
      responses: { 200: json(releasePlan, 'The plan.'), ...problems(404) },
    }),
    async (context) => {
      const { definition, version } = readImage(context.req.valid('query').id);
      if (version === undefined) throw new ProblemError(400, 'release needs the resource id of an image version');
      const planned = await planRelease(ports, definition, version);
      if (!planned) throw new ProblemError(404, 'the version is not known here');
      return context.json({ ...planned, text: describeRelease(planned) }, 200);
    },
  );
  routes.openapi(
    operation([operatorRole], limit, {
      method: 'post',
      path: '/requests',
      operationId: 'request',
      tags: ['requests'],
      summary:
        'Publish, approve, veto, roll back, quarantine, lift, expedite, override, retest, take in, announce again, pause or resume.',
      request: { headers: changeHeaders, body },
      responses: { 202: json(accepted, 'It is in the log; look at its location.'), ...problems(404, 409, 422) },
    }),
    async (context) => {
      const { definition, asked, id } = read(context.req.valid('json'));
      const { request, location } = await submitRequest(ports, foreign, context, definition, asked, id);
      return context.json({ request, location }, 202, { location });
    },
  );
  routes.openapi(
    operation([...readers, teamRole], limit, {
      method: 'get',
      path: '/requests/{request}',
      operationId: 'getRequest',
      tags: ['requests'],
      summary: 'What came of a request; a team sees its own answers.',
      request: { params: path, query },
      responses: { 200: json(shown, 'So far.'), ...problems(404) },
    }),
    async (context) => {
      const { definition } = readImage(context.req.valid('query').id);
      const { entries } = await ports.auditLogs.read(definitionLog(definitionKey(definition)));
      const cause = `request ${context.req.valid('param').request}`;
      const asked = entries.find((entry) => entry.cause === cause && isRequest(entry.fact));
      if (!asked || !maySee(principalOf(context), asked.actor)) throw new ProblemError(404, 'there is no such request');
      const done = entries.find(({ fact }) => fact.type === 'requestDone' && fact.request === asked.id)?.fact;
      if (done?.type !== 'requestDone')
        return context.json({ outcome: 'open' as const, reason: 'not looked at yet' }, 200);
      const { outcome, reason } = done;
      if (outcome === 'refused') return context.json({ outcome, reason }, 200);
      return context.json({ outcome, reason, effect: await findEffect(ports, definition, asked) }, 200);
    },
  );
  return routes;
}

async function findEffect(ports: RequestPorts, definition: ImageDefinitionId, { id, fact }: Entry) {
  if (!isRequest(fact)) throw new Error(`${fact.type} is no request`);
  const key = definitionKey(definition);
  const concerned = versionsConcerned(fact);
  if (concerned === undefined) return effectOf(fact, id, await readAll(ports.auditLogs, incarnationLog(key, '')));
  const logs = await Promise.all(concerned.map((version) => readIncarnations(ports, key, version)));
  return effectOf(fact, id, logs.flat());
}

/** Who may read everything, and whoever asked. */
function maySee({ roles, objectId }: Principal, actor: string): boolean {
  return objectId === actor || roles.includes(readerRole) || roles.includes(operatorRole);
}

function read(request: OperatorRequest): { definition: ImageDefinitionId; asked: RequestFact; id: string } {
  const { id, kind } = request;
  const { definition, version } = readImage(id);
  const asked = factOf(request, version);
  if (asked) return { definition, asked, id };
  const needed = version === undefined ? 'an image version' : 'an image definition';
  throw new ProblemError(400, `${kind} needs the resource id of ${needed}`);
}
