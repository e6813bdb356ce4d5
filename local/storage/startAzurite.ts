import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

export interface AzuriteOptions {
  host?: string;
  blobPort: number;
  /** Where its data lies. */
  folder: string;
  tls: { keyFile: string; certFile: string };
  env?: Record<string, string>;
  log(line: string): void;
}

export interface RunningAzurite {
  blobEndpoint: string;
  pid: number | undefined;
  stop(): Promise<void>;
}

const upLimitMs = 30_000;

/**
 * Azurite's blob service over HTTPS, signed in to with bearer tokens as in Azure. It saves its metadata every few
 * seconds: SIGTERM keeps acknowledged writes, SIGKILL would lose them, so a stop waits for as long as it takes.
 */
export async function startAzurite({
  host = '127.0.0.1',
  blobPort,
  folder,
  tls,
  env,
  log,
}: AzuriteOptions): Promise<RunningAzurite> {
  await mkdir(folder, { recursive: true });
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  const flags = {
    blobHost: host,
    blobPort: String(blobPort),
    location: folder,
    cert: tls.certFile,
    key: tls.keyFile,
    oauth: 'basic',
  };
  const values = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
  // The SDKs speak newer versions of the protocol than any Azurite knows of; what is used here has not changed.
  const child = spawn(process.execPath, [main, ...values, '--skipApiVersionCheck', '--disableTelemetry', '--silent'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilListening(host, blobPort, () => child.exitCode !== null);
  return {
    blobEndpoint: `https://${host}:${blobPort}`,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilListening(host: string, port: number, hasEnded: () => boolean): Promise<void> {
  const limit = performance.now() + upLimitMs;
  while (!(await isListening(host, port))) {
    if (hasEnded()) throw new Error(`Azurite ended before it listened on port ${port}: is the port taken?`);
    if (performance.now() > limit)
      throw new Error(`Azurite does not listen on port ${port} after ${upLimitMs / 1000} s`);
    await wait(50);
  }
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
