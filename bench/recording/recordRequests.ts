/**
 * Preloaded into the Functions host of a bench: appends each HTTP request that the process makes to the file named by
 * BENCH_REQUESTS, one JSON line for each, by the clock of the stack. It takes of the processor time that is measured, so
 * the file stays open.
 */
import { subscribe } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';

const { BENCH_REQUESTS } = process.env;
const file = BENCH_REQUESTS === undefined ? undefined : openSync(BENCH_REQUESTS, 'a');
const started = new WeakMap<ClientRequest, number>();

subscribe('http.client.request.start', (message) => {
  started.set((message as { request: ClientRequest }).request, Date.now());
});
subscribe('http.client.response.finish', (message) => {
  const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
  if (file === undefined) return;
  const { method, host, path } = request;
  const port = new URL(`https://${String(request.getHeader('host') ?? host)}`).port;
  const retryAfter = Number(response.headers['retry-after']);
  const line = {
    ...{ method, port, path, status: response.statusCode, from: started.get(request), to: Date.now() },
    ...(response.statusCode === 429 && retryAfter >= 0 && { retryAfterMs: retryAfter * 1_000 }),
  };
  writeSync(file, `${JSON.stringify(line)}\n`);
});
