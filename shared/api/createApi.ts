import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { requestId } from 'hono/request-id';
import type { Ports } from '../ports.ts';
import type { InstancePorts } from '../workflow/askInstance.ts';
import type { Settings } from '../workflow/settings.ts';
import { whyForeign } from '../workflow/whyForeign.ts';
import { type Authenticate, identify } from './access.ts';
import { type AnswerPorts, answerRoutes } from './answerRoutes.ts';
import { auditRoutes } from './auditRoutes.ts';
import { describeApi } from './describeApi.ts';
import { imageRoutes } from './imageRoutes.ts';
import { instanceRoutes } from './instanceRoutes.ts';
import { methodsAt } from './methodsAt.ts';
import { json } from './operation.ts';
import { pastRoutes } from './pastRoutes.ts';
import { problem, problemOf } from './problem.ts';
import { rateLimit } from './rateLimit.ts';
import { recordRoutes } from './recordRoutes.ts';
import { requestRoutes } from './requestRoutes.ts';
import { retestRoutes } from './retestRoutes.ts';
import type { RequestPorts } from './submitRequest.ts';
import { type TeamRecordPorts, teamRecordRoutes } from './teamRecordRoutes.ts';
import { type TeamRoutePorts, teamRoutes } from './teamRoutes.ts';
import { type TestPorts, testRoutes } from './testRoutes.ts';
import { validated } from './validated.ts';

export type ApiPorts = TeamRoutePorts &
  TeamRecordPorts &
  AnswerPorts &
  TestPorts &
  RequestPorts &
  InstancePorts &
  Pick<Ports, 'dayIndex'>;

const largestBody = 1024 * 1024;
/** The HTTP API under /api. Every operation but health and its own description needs a role. */
export function createApi(ports: ApiPorts, settings: Settings, authenticate: Authenticate): OpenAPIHono {
  const api = new OpenAPIHono({ defaultHook: validated }).basePath('/api');
  const limit = rateLimit(ports.clock);
  const foreign = whyForeign(ports, settings);
  api.use('*', requestId({ limitLength: 100 }));
  api.use('*', bodyLimit({ maxSize: largestBody, onError: tooLarge }));
  api.openapi(
    {
      method: 'get',
      path: '/health',
      operationId: 'health',
      summary: 'Whether the app is up.',
      security: [],
      responses: { 200: json(z.object({ status: z.literal('ok') }), 'It is.') },
    },
    (context) => context.json({ status: 'ok' as const }, 200),
  );
  api.get('/openapi.json', (context) => context.json(describeApi(api)));
  api.use('*', identify(authenticate));
  api.route('/', imageRoutes(ports, limit));
  api.route('/', testRoutes(ports, limit, foreign));
  api.route('/', requestRoutes(ports, limit, foreign));
  api.route('/', retestRoutes(ports, limit, foreign));
  api.route('/', instanceRoutes(ports, limit));
  api.route('/', auditRoutes(ports, limit));
  api.route('/', pastRoutes(ports, limit));
  api.route('/', recordRoutes(ports, limit));
  api.route('/', teamRoutes(ports, limit));
  api.route('/', teamRecordRoutes(ports, limit));
  api.route('/', answerRoutes(ports, limit, foreign));
  api.onError(problemOf);
  api.notFound((context) => {
    const allowed = methodsAt(api.routes, context.req.path);
    if (allowed.length === 0) return problem(context, 404, `there is nothing at ${context.req.path}`);
    context.header('allow', allowed.join(', '));
    return problem(context, 405, `${context.req.path} has no ${context.req.method}: it has ${allowed.join(', ')}`);
  });
  return api;
}

function tooLarge(context: Context): Response {
  return problem(context, 413, `a body may have ${largestBody} bytes`);
}
