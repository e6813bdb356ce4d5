import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { ServerResponse as Response } from 'node:http';
import type { Writable } from 'node:stream';

// An import of it would also load its WebSocket, a third of what the start of this app takes.
const { IncomingMessage, ServerResponse } = process.getBuiltinModule('node:http');

/**
 * The connections over which the platform passes HTTP requests to this process when responses are streamed. The
 * programming model writes to them without looking: it waits for no slow reader, notices nobody who goes away, and leaves
 * a response open whose body fails. Node tells of every request that a server of this process takes; the header is how
 * the platform joins it to an invocation.
 */
const responses = new Map<string, Response>();

subscribe('http.server.request.start', (message) => {
  if (typeof message !== 'object' || message === null || !('request' in message) || !('response' in message)) return;
  const { request, response } = message;
  if (!(request instanceof IncomingMessage) || !(response instanceof ServerResponse)) return;
  const invocationId = request.headers['x-ms-invocation-id'];
  if (typeof invocationId !== 'string') return;
  responses.set(invocationId, response);
  response.once('close', () => responses.delete(invocationId));
});

/**
 * The body as fast as the connection of its invocation takes it. When that closes, the body is cancelled; when the body
 * fails, the connection is broken off, so that nobody takes what came so far for the whole answer.
 */
export async function* paced(
  body: ReadableStream<Uint8Array>,
  invocationId: string,
  response: Writable | undefined = responses.get(invocationId),
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      if (response?.closed) return;
      yield chunk;
      if (response?.writableNeedDrain) await takenOrClosed(response);
    }
  } catch (error) {
    response?.destroy();
    throw error;
  }
}

async function takenOrClosed(response: Writable): Promise<void> {
  const over = new AbortController();
  const either = [once(response, 'drain', over), once(response, 'close', over)];
  for (const each of either) each.catch(() => undefined);
  await Promise.race(either).catch(() => undefined);
  over.abort();
}
