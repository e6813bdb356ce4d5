import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { InvocationResponse, RpcCookie, RpcHttp } from '../coreApi.ts';
import { type HostRequest, type HostResponse, header } from '../http.ts';
import type { Invoker } from '../invoke.ts';
import { type HostKeys, hasKey } from '../keys.ts';
import type { RegisteredFunction } from '../loadApp.ts';
import { parseRouteTemplate, type RouteTemplate } from '../routeTemplate.ts';
import { within } from '../within.ts';
import { forward } from './forward.ts';

/** The load balancer in front of Azure Functions cuts a response that takes longer. */
const responseLimitMs = 230_000;

const httpBinding = z.looseObject({
  route: z.string().optional(),
  methods: z.array(z.string()).default(['GET', 'POST']),
  authLevel: z.enum(['anonymous', 'function', 'admin']).default('anonymous'),
});

interface Route {
  template: RouteTemplate;
  methods: string[];
  acceptedKeys: string[] | undefined;
  registered: RegisteredFunction;
}

/** Routes requests to HTTP functions; undefined when none matches, which the host answers with an empty 404. */
export function createHttpTrigger(options: {
  functions: RegisteredFunction[];
  routePrefix: string;
  keys: HostKeys;
  invoker: Invoker;
  clock: Clock;
  workerUri: string | undefined;
}): (request: HostRequest) => Promise<HostResponse | undefined> {
  const routes = options.functions
    .filter(({ trigger }) => trigger.type === 'httpTrigger')
    .map((registered) => createRoute(registered, options.routePrefix, options.keys))
    .sort((a, b) => (a.template.precedence < b.template.precedence ? -1 : 1));

  return async (request) => {
    const path = request.url.pathname.slice(1);
    for (const { template, methods, acceptedKeys, registered } of routes) {
      // Like the host, a known path with another method is 404, not 405.
      const params = methods.includes(request.method) ? template.match(path) : undefined;
      if (!params) continue;
      if (acceptedKeys && !hasKey(request, acceptedKeys)) return { status: 401 };
      const response = options.workerUri
        ? forward(options.workerUri, options.invoker, registered, request, params)
        : run(options.invoker, registered, request, params);
      return within(options.clock, responseLimitMs, response, () => ({ status: 504, body: 'GatewayTimeout' }));
    }
    return undefined;
  };
}

function createRoute(registered: RegisteredFunction, routePrefix: string, keys: HostKeys): Route {
  const { name } = registered.metadata;
  const binding = httpBinding.parse(registered.trigger);
  const acceptedKeys = { anonymous: undefined, function: [keys.function, keys.master], admin: [keys.master] };
  return {
    template: parseRouteTemplate(`${routePrefix}/${binding.route ?? name}`),
    methods: binding.methods.map((method) => method.toUpperCase()),
    acceptedKeys: acceptedKeys[binding.authLevel],
    registered,
  };
}

async function run(
  invoker: Invoker,
  registered: RegisteredFunction,
  request: HostRequest,
  params: Record<string, string>,
): Promise<HostResponse> {
  try {
    const response = await invoker.invoke(registered, {
      reason: 'This function was programmatically called via the host APIs.',
      input: { http: toRpcHttp(request, params) },
      traceParent: header(request, 'traceparent'),
    });
    return fromRpcHttp(response);
  } catch {
    return { status: 500 };
  }
}

function toRpcHttp({ method, url, headers, body }: HostRequest, params: Record<string, string>): RpcHttp {
  const query = new Map<string, string>();
  for (const [name, value] of url.searchParams)
    query.set(name, query.has(name) ? `${query.get(name)},${value}` : value);
  const headerValues = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method,
    url: url.href,
    nullableHeaders: nullable(headerValues),
    nullableQuery: nullable(query),
    nullableParams: nullable(Object.entries(params)),
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

function nullable(entries: Iterable<readonly [string, string]>): Record<string, { value: string }> {
  return Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
}

function fromRpcHttp({ returnValue }: InvocationResponse): HostResponse {
  const http = returnValue?.http;
  if (!http) return { status: 204 };
  const cookies = (http.cookies ?? []).map((cookie) => ['set-cookie', renderCookie(cookie)] as [string, string]);
  return {
    status: Number(http.statusCode ?? 200),
    headers: [...Object.entries(http.headers ?? {}), ...cookies],
    ...(http.body?.bytes && { body: http.body.bytes }),
  };
}

const sameSiteNames = { lax: 'lax', strict: 'strict', explicitNone: 'none', none: undefined };

function renderCookie(cookie: RpcCookie): string {
  const sameSite = sameSiteNames[cookie.sameSite ?? 'none'];
  const parts = [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    cookie.expires && `expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`,
    cookie.maxAge && `max-age=${cookie.maxAge.value}`,
    cookie.domain && `domain=${cookie.domain.value}`,
    cookie.path ? `path=${cookie.path.value}` : 'path=/',
    cookie.secure?.value && 'secure',
    sameSite && `samesite=${sameSite}`,
    cookie.httpOnly?.value && 'httponly',
  ];
  return parts.filter(Boolean).join('; ');
}
