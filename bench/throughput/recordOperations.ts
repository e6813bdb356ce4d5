/**
 * Imported before the app: appends each invocation, with every request and message that it sent while it ran, to the file
 * named by BENCH_OPERATIONS, one JSON line for each. What asks for tokens is left out: they are kept for hours.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { app } from '@azure/functions';
import { ServiceBusClient } from '@azure/service-bus';
import { invocationKey, messagesOf } from './invocationKey.ts';
import { isUnderWay } from './isUnderWay.ts';
import type { AzureRequest, RecordedInvocation } from './operations.ts';
import { recordSends } from './recordSends.ts';

const file = process.env.BENCH_OPERATIONS ?? '';
const tokens = process.env.IDENTITY_ENDPOINT ?? '';
const running = new AsyncLocalStorage<RecordedInvocation>();
const requests = new WeakMap<ClientRequest, AzureRequest>();
let tick = 0;
const nextTick = () => {
  tick += 1;
  return tick;
};

app.hook.preInvocation((hook) => {
  const { functionHandler } = hook;
  hook.functionHandler = (input, context) => {
    const { functionName, triggerMetadata } = context;
    const key = invocationKey(functionName, input, triggerMetadata);
    const record = { function: functionName, key, messages: messagesOf(input), from: Date.now(), operations: [] };
    const invocation: RecordedInvocation = { ...record, to: 0 };
    return running.run(invocation, async () => {
      try {
        return await functionHandler(input, context);
      } finally {
        appendFileSync(file, `${JSON.stringify({ ...invocation, to: Date.now() })}\n`);
      }
    });
  };
});

const { createSender } = ServiceBusClient.prototype;
ServiceBusClient.prototype.createSender = function (entity, options) {
  const begin = () => ({ operations: running.getStore()?.operations, begun: nextTick() });
  return recordSends(createSender.call(this, entity, options), { begin, end: nextTick });
};

subscribe('http.client.request.created', (message) => {
  const { request } = message as { request: ClientRequest };
  const invocation = running.getStore();
  if (!invocation) return;
  const url = `${request.protocol}//${String(request.getHeader('host') ?? request.host)}${request.path}`;
  if (url.startsWith(tokens)) return;
  const chunks: Buffer[] = [];
  request.write = collecting(request.write, chunks);
  request.end = collecting(request.end, chunks);
  const headers = Object.entries(request.getHeaders()).map(([name, value]) => [name, String(value)]);
  const { method } = request;
  const answer = { status: 0, begun: nextTick(), ended: 0, isUnderWay: false };
  const of: AzureRequest = { kind: 'request', method, url, headers: Object.fromEntries(headers), body: '', ...answer };
  invocation.operations.push(of);
  requests.set(request, of);
  request.once('finish', () => {
    of.body = Buffer.concat(chunks).toString('base64');
  });
});

subscribe('http.client.response.finish', (message) => {
  const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
  const of = requests.get(request);
  if (!of) return;
  of.status = response.statusCode ?? 0;
  const operation = response.headers['azure-asyncoperation'] ?? response.headers.location;
  if (operation !== undefined && URL.canParse(String(operation)))
    of.operationId = new URL(String(operation)).pathname.split('/').at(-1);
  const chunks: Buffer[] = [];
  // Before anybody reads: to listen for data would let it flow past whoever comes later.
  response.push = collecting(response.push, chunks);
  response.once('end', () => {
    of.ended = nextTick();
    of.isUnderWay = isUnderWay(Buffer.concat(chunks).toString());
  });
});

/** A method that takes a chunk first, and notes it. */
function collecting<F extends ClientRequest['write'] | ClientRequest['end'] | IncomingMessage['push']>(
  method: F,
  chunks: Buffer[],
): F {
  return new Proxy(method, {
    apply(target, self, args: unknown[]) {
      const [chunk] = args;
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string));
      return Reflect.apply(target, self, args);
    },
  });
}
