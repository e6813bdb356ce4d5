import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { ImageDefinitionId } from '../domain/ids.ts';
import type { Ports } from '../ports.ts';
import { scrub } from '../smokeTest/scrub.ts';
import { requestTest, testRequest } from '../workflow/requestTest.ts';
import type { WhyForeign } from '../workflow/whyForeign.ts';
import { changeHeaders, keyTaken, operatorRole, readerRole, requesterOf } from './access.ts';
import { checkHistory } from './checkHistory.ts';
import { explainIncarnations, explainTest } from './explain.ts';
import { json, operation, problems } from './operation.ts';
import { ProblemError } from './problem.ts';
import { listChecks } from './queries.ts';
import type { rateLimit } from './rateLimit.ts';
import { readImage } from './readImage.ts';
import { requireOurs } from './submitRequest.ts';
import { validated } from './validated.ts';
import { type VersionExplanation, versionExplanation } from './versionExplanation.ts';

export type TestPorts = Pick<
  Ports,
  'auditLogs' | 'documents' | 'wakeUps' | 'clock' | 'ids' | 'smokeTestVms' | 'evidence'
>;

const readers = [readerRole, operatorRole] as const;
const query = z.object({ id: z.string().openapi({ description: 'Resource id of the image version.' }) });
const path = z.object({ test: z.string().regex(/^[0-9a-f]{20}$/) });
const explained = versionExplanation.extend({ serialLog: z.array(z.string()) }).openapi('VersionExplanation');
const accepted = z.object({ test: z.string(), location: z.string() });
const shownLines = 20;

/** Smoke tests: why a version is where it is, what its VM does right now, and tests by hand. */
export function testRoutes(ports: TestPorts, limit: ReturnType<typeof rateLimit>, foreign: WhyForeign): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/why',
      operationId: 'explainVersion',
      tags: ['tests'],
      summary: 'Why a version is where it is: what failed, the serial log, evidence, what to do next.',
      request: { query },
      responses: { 200: json(z.object({ versions: z.array(explained) }), 'One per incarnation.'), ...problems(404) },
    }),
    async (context) => {
      const { id } = context.req.valid('query');
      const { definition, version } = versionOf(id);
      const found = await explainIncarnations(ports, definition, version);
      if (found.length === 0) throw new ProblemError(404, `nothing is known of ${id}`);
      return context.json({ versions: await Promise.all(found.map((each) => withSerialLog(ports, each))) }, 200);
    },
  );
  routes.openapi(
    operation([operatorRole], limit, {
      method: 'post',
      path: '/tests',
      operationId: 'requestTest',
      tags: ['tests'],
      summary: 'Asks for a smoke test by hand: nothing comes of it but its verdict.',
      request: {
        headers: changeHeaders,
        body: { required: true, content: { 'application/json': { schema: testRequest } } },
      },
      responses: { 202: json(accepted, 'It will be begun; look at its location.'), ...problems(409, 422) },
    }),
    async (context) => {
      const { id, ...request } = context.req.valid('json');
      const version = versionOf(id);
      await requireOurs(foreign, version.definition);
      const requested = await requestTest(ports, version, request, requesterOf(context, ports.ids));
      if (requested.kind === 'otherRequest') throw keyTaken();
      if (requested.kind === 'refused') throw new ProblemError(422, requested.reason);
      const location = `/api/tests/${requested.test}?id=${encodeURIComponent(id)}`;
      return context.json({ test: requested.test, location }, 202, { location });
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/tests/{test}',
      operationId: 'getTest',
      tags: ['tests'],
      summary: 'Where a smoke test by hand stands.',
      request: { params: path, query },
      responses: {
        200: json(explained, 'As far as it came.'),
        202: json(z.object({ outcome: z.literal('open'), reason: z.string() }), 'Not begun yet.'),
        ...problems(),
      },
    }),
    async (context) => {
      const { definition } = versionOf(context.req.valid('query').id);
      const found = await explainTest(ports, definition, context.req.valid('param').test);
      if (found) return context.json(await withSerialLog(ports, found), 200);
      return context.json({ outcome: 'open' as const, reason: 'accepted, not begun yet' }, 202);
    },
  );
  routes.openapi(
    operation([...readers], limit, {
      method: 'get',
      path: '/checks',
      operationId: 'listChecks',
      tags: ['tests'],
      summary: 'How each check of an image did in all its smoke tests: the flakiest first.',
      request: { query: z.object({ id: z.string() }) },
      responses: { 200: json(z.object({ checks: z.array(checkHistory) }), 'The checks.'), ...problems() },
    }),
    async (context) => {
      const { definition } = readImage(context.req.valid('query').id);
      return context.json({ checks: await listChecks(ports, definition) }, 200);
    },
  );
  return routes;
}

function versionOf(id: string): { definition: ImageDefinitionId; version: string } {
  const { definition, version } = readImage(id);
  if (version === undefined)
    throw new ProblemError(400, `id must be the resource id of an image version, not ${id.slice(0, 200)}`);
  return { definition, version };
}

/** The last lines of the serial log: of the VM while it runs, of the evidence afterwards. */
async function withSerialLog(
  { smokeTestVms, evidence }: Pick<Ports, 'smokeTestVms' | 'evidence'>,
  explanation: VersionExplanation,
): Promise<VersionExplanation & { serialLog: string[] }> {
  const last = explanation.attempts.at(-1);
  const saved = explanation.evidence.findLast((file) => file.endsWith('/serial.log'));
  const live = last?.verdict === 'under way' ? await smokeTestVms.look(last.vmName, { serialLog: true }) : undefined;
  const text = live?.serialLog ?? (saved === undefined ? undefined : await evidence.read(saved)) ?? '';
  return { ...explanation, serialLog: scrub(text).trimEnd().split('\n').slice(-shownLines) };
}
