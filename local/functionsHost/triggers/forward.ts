import { randomUUID } from 'node:crypto';
import { type IncomingMessage, request as send } from 'node:http';
import type { RpcTypedData } from '../coreApi.ts';
import { type HostRequest, type HostResponse, header } from '../http.ts';
import type { Invoker } from '../invoke.ts';
import type { RegisteredFunction } from '../loadApp.ts';

/** Of one connection only. */
const ownHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect', 'upgrade'];

/**
 * An app that streams HTTP: the invocation goes its usual way without request and response, and these pass the worker's
 * own server, joined to it by the header `x-ms-invocation-id`. The response is handed on as it comes.
 */
export async function forward(
  workerUri: string,
  invoker: Invoker,
  registered: RegisteredFunction,
  request: HostRequest,
  params: Record<string, string>,
): Promise<HostResponse> {
  const invocationId = randomUUID();
  const given = new AbortController();
  const answered = exchange(workerUri, invocationId, request, given.signal);
  const invoked = invoker.invoke(registered, {
    invocationId,
    reason: 'This function was programmatically called via the host APIs.',
    input: {},
    metadata: metadataOf(request, params),
    traceParent: header(request, 'traceparent'),
  });
  const failed = invoked.then(
    () => answered,
    () => undefined,
  );
  const response = await Promise.race([answered, failed]);
  if (response) return response;
  given.abort();
  await answered.catch(() => undefined);
  return { status: 500 };
}

function exchange(
  workerUri: string,
  invocationId: string,
  { method, url, headers, body }: HostRequest,
  signal: AbortSignal,
): Promise<HostResponse> {
  const sent = {
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.includes(name))),
    'x-forwarded-host': url.host,
    'x-forwarded-proto': 'http',
    'x-ms-invocation-id': invocationId,
    ...(body.length > 0 && { 'content-length': String(body.length) }),
  };
  const target = new URL(`${url.pathname}${url.search}`, workerUri);
  const { promise, resolve, reject } = Promise.withResolvers<HostResponse>();
  const outgoing = send(target, { method, headers: sent, agent: false, signal }, (incoming) =>
    resolve({ status: incoming.statusCode ?? 500, headers: headersOf(incoming), body: incoming }),
  );
  outgoing.on('error', reject).end(body);
  return promise;
}

function headersOf({ headersDistinct }: IncomingMessage): [string, string][] {
  return Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    name === 'content-length' || !ownHeaders.includes(name)
      ? values.map((value): [string, string] => [name, value])
      : [],
  );
}

function metadataOf({ headers, url }: HostRequest, params: Record<string, string>): Record<string, RpcTypedData> {
  const own = Object.entries(params).map(([name, value]) => [name, { string: value }]);
  return {
    ...Object.fromEntries(own),
    Headers: { json: JSON.stringify(headers) },
    Query: { json: JSON.stringify(Object.fromEntries(url.searchParams)) },
  };
}
