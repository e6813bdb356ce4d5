import { readFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

/** As long as Azurite keeps an idle connection: storage/keptConnections.ts. */
const keptMs = 60_000;

export interface ServeHttpOptions {
  host?: string;
  port: number;
  /** With certificates the server speaks https. */
  tls?: { keyFile: string; certFile: string } | { key: string; cert: string };
}

export interface RunningHttp {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Serves routes on loopback; a taken port is an error that names the port. */
export async function serveHttp(
  routes: Hono,
  { host = '127.0.0.1', port, tls }: ServeHttpOptions,
): Promise<RunningHttp> {
  const { fetch } = routes;
  const server = tls
    ? createAdaptorServer({ fetch, createServer: createHttpsServer, serverOptions: await readTls(tls) })
    : createAdaptorServer({ fetch });
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = keptMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new Error(`port ${port} on ${host} is already taken`, { cause: error }) : error,
      ),
    );
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${bound}`,
    port: bound,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

async function readTls(
  tls: NonNullable<ServeHttpOptions['tls']>,
): Promise<{ key: string | Buffer; cert: string | Buffer }> {
  if ('key' in tls) return tls;
  return { key: await readFile(tls.keyFile), cert: await readFile(tls.certFile) };
}
