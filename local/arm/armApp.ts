import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { sleep } from '../clock.ts';
import type { Arm } from './arm.ts';
import { ArmError } from './errors.ts';
import type { FaultFacts } from './faults.ts';
import { readRequest } from './readRequest.ts';
import type { ArmRequest, Caller, Handler, Reply, Route } from './request.ts';
import { Throttling } from './throttling.ts';

type Authenticate = (authorization: string | undefined, origin: string) => Promise<Caller>;

/** ARM over HTTP: authentication, api-version, throttling and faults around the providers' handlers. */
export function armApp(arm: Arm, authenticate: Authenticate, routes: Route[]): Hono {
  // Azure's paths are case-insensitive, and some clients double a slash.
  const app = new Hono({ getPath: ({ url }) => plainPath(new URL(url).pathname) });
  const throttling = new Throttling(arm.clock);
  for (const { method, path, handle } of routes) {
    app.on(method, path, (c) => answer(arm, throttling, authenticate, handle, c));
  }
  for (const path of ['/subscriptions/*', '/providers/*']) {
    app.all(path, (c) => answer(arm, throttling, authenticate, unknownResource, c));
  }
  return app;
}

const plainPath = (path: string) => `/${path.toLowerCase().split('/').filter(Boolean).join('/')}`;

async function answer(
  arm: Arm,
  throttling: Throttling,
  authenticate: Authenticate,
  handle: Handler,
  c: Context,
): Promise<Response> {
  const headers: Record<string, string> = { 'x-ms-request-id': randomUUID() };
  try {
    const origin = new URL(c.req.url).origin;
    const caller = await authenticate(c.req.header('authorization'), origin);
    const request = await readRequest(arm, c.req.raw, caller);
    headers['x-ms-correlation-request-id'] = request.correlationId;
    if (request.clientRequestId) headers['x-ms-client-request-id'] = request.clientRequestId;
    if (arm.settings.tokenBuckets) Object.assign(headers, throttling.take(request));
    await applyFaults(arm, request.facts);
    if (request.method === 'PUT') await arm.machines.refreshImages();
    const reply = arm.store.transact(() => handle(request));
    if (arm.faults.take('dropResponse', request.facts)) resetConnection(c);
    logRequest(arm, request, reply.status);
    return respond(reply, headers);
  } catch (error) {
    if (!(error instanceof ArmError))
      arm.log(`${c.req.method} ${c.req.path}: ${error instanceof Error ? error.stack : error}`);
    const { status, body, headers: own } = error instanceof ArmError ? error : internalError();
    return respond({ status, body: { error: body }, headers: own }, headers);
  }
}

function respond({ status, body, headers: own }: Reply, headers: Record<string, string>): Response {
  const all = { ...headers, ...own, 'cache-control': 'no-cache' };
  if (body === undefined) return new Response(null, { status, headers: all });
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...all, 'content-type': 'application/json; charset=utf-8' },
  });
}

function resetConnection(c: Context): void {
  // The Node server hands its own request through as the environment.
  const { incoming } = c.env as HttpBindings;
  incoming.socket.destroy();
}

async function applyFaults({ faults, clock }: Arm, facts: FaultFacts): Promise<void> {
  const delay = faults.take('delay', facts);
  if (delay) await sleep(clock, delay.ms);
  const throttle = faults.take('throttle', facts);
  if (throttle) {
    throw new ArmError(
      429,
      { code: 'TooManyRequests', message: 'The request is being throttled.' },
      { 'Retry-After': String(throttle.retryAfterSeconds) },
    );
  }
  const error = faults.take('error', facts, (effect) => !effect.async);
  if (error) throw new ArmError(error.status, { code: error.code, message: error.message });
}

function logRequest(arm: Arm, { method, target, path }: ArmRequest, status: number): void {
  if (method !== 'GET')
    arm.log(`${method} ${target.id || path}${target.action ? `/${target.action}` : ''} → ${status}`);
}

const internalError = () =>
  new ArmError(500, { code: 'InternalServerError', message: 'Encountered internal server error.' });

function unknownResource({ target, method, path }: ArmRequest): Reply {
  if (target.action === undefined && target.name === '' && method !== 'GET') {
    throw new ArmError(405, { code: 'MethodNotAllowed', message: `${method} is not allowed on '${path}'.` });
  }
  const [namespace = '', ...type] = target.type.split('/');
  throw new ArmError(404, {
    code: 'InvalidResourceType',
    message: `The resource type '${[...type, ...(target.action ? [target.action] : [])].join('/')}' could not be found in the namespace '${namespace}'.`,
  });
}
