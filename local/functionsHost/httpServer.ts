import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HostRequest, HostResponse } from './http.ts';

const maxBodyBytes = 104_857_600; // the host's own limit

/** Listens, and answers each request with what `handle` returns; rejects with one plain line when the port is taken. */
export async function startHttpServer(options: {
  host: string;
  port: number;
  handle: (request: HostRequest) => Promise<HostResponse>;
}): Promise<{ url: string; stop(): Promise<void> }> {
  let isStopping = false;
  const server = createServer((incoming, outgoing) => {
    // A connection kept alive would keep the stopping server waiting.
    outgoing.on('finish', () => isStopping && setImmediate(() => server.closeIdleConnections()));
    answer(incoming, outgoing, options.handle).catch(() => outgoing.destroy());
  });
  await listen(server, options.host, options.port);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://${options.host}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        isStopping = true;
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} on ${host} is already taken`) : error),
    );
    server.listen(port, host, resolve);
  });
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: HostRequest) => Promise<HostResponse>,
): Promise<void> {
  const body = await readBody(incoming);
  const url = URL.parse(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`);
  const { method = 'GET', headers } = incoming;
  let response: HostResponse;
  if (!url) response = { status: 400 };
  else if (!body) response = { status: 413 };
  else response = await handle({ method, url, headers, body });

  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers ?? []) outgoing.appendHeader(name, value);
  // A client that goes away ends the stream, and a stream that breaks off ends the connection: never a short answer.
  if (response.body instanceof Readable) await pipeline(response.body, outgoing);
  else outgoing.end(response.body);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += chunk.length;
    if (length <= maxBodyBytes) chunks.push(chunk);
  }
  return length <= maxBodyBytes ? Buffer.concat(chunks) : undefined;
}
