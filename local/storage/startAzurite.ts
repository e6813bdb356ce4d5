import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface AzuriteOptions {
  host?: string;
  service?: 'blob' | 'queue';
  /** 0 for any free one. */
  port: number;
  /** Where its data lies. */
  folder: string;
  /** Nothing is written to the folder: for a part that is never restarted, at less cost for each request; nothing is freed. */
  inMemory?: boolean;
  tls: { keyFile: string; certFile: string };
  /** Another account than the well-known `devstoreaccount1`; the key is base64. */
  account?: { name: string; key: string };
  /** For example NODE_OPTIONS with compressedTime.ts, so that token lifetimes are seen on the shared clock. */
  env?: Record<string, string>;
  log(line: string): void;
}

export interface RunningAzurite {
  /** Without the account, which follows as the first segment of the path. */
  endpoint: string;
  pid: number | undefined;
  stop(): Promise<void>;
}

/**
 * Azurite's blob service, or its queue service, over HTTPS, signed in to with bearer tokens as in Azure. It saves its metadata every few
 * seconds: SIGTERM keeps acknowledged writes, SIGKILL would lose them, so a stop waits for as long as it takes.
 */
export async function startAzurite(options: AzuriteOptions): Promise<RunningAzurite> {
  const { host = '127.0.0.1', service = 'blob', port, folder, inMemory, tls, account, env, log } = options;
  await mkdir(folder, { recursive: true });
  const main = createRequire(import.meta.url).resolve(`azurite/dist/src/${service}/main.js`);
  const data = inMemory ? ['--inMemoryPersistence'] : ['--location', folder];
  const flags = [`--${service}Host`, host, `--${service}Port`, String(port), ...data, '--oauth', 'basic'];
  const certificates = ['--cert', tls.certFile, '--key', tls.keyFile];
  // The SDKs speak newer versions of the protocol than any Azurite knows of; what is used here has not changed.
  const quiet = ['--skipApiVersionCheck', '--disableTelemetry', '--silent'];
  const accounts = account ? { AZURITE_ACCOUNTS: `${account.name}:${account.key}` } : {};
  const preloaded = ['knownUriTemplates.ts', 'keptConnections.ts', ...(inMemory ? ['keptExtents.ts'] : [])];
  const preload = preloaded.flatMap((file) => ['--import', join(import.meta.dirname, file)]);
  const child = spawn(process.execPath, [...preload, main, ...flags, ...certificates, ...quiet], {
    env: { ...process.env, ...accounts, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said: string[] = [];
  const endpoint = await new Promise<string>((resolve, reject) => {
    const listen = (line: string) => {
      said.push(line);
      log(line);
      // Only its own word counts: on a taken port somebody else would answer a probe.
      const [, url] = /successfully listens on (https:\S+)/.exec(line) ?? [];
      if (url) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', listen);
    child.once('error', reject);
    child.once('close', () => reject(new Error(explain(host, port, said))));
  });
  return {
    endpoint,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function explain(host: string, port: number, said: string[]): string {
  if (said.some((line) => line.includes('EADDRINUSE'))) return `port ${port} on ${host} is already taken`;
  return `Azurite ended before it listened on port ${port}: ${said.at(-1) ?? 'without a word'}`;
}
