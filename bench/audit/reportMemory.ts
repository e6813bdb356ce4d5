import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { serveHttp } from '../../local/serveHttp.ts';

const printPeak = 'process.on("exit", () => console.error("peak " + process.resourceUsage().maxRSS))';
const peak = /^peak (\d+)$/gm;

/** Most memory that the command ever held: resident, in MB, with Node and all. */
interface Peaks {
  /** Where its TypeScript has to be made JavaScript first, as at its first use. */
  first: number;
  after: number;
}

/**
 * The command `imprimatur audit report` as a process of its own, against an API that answers from this one: twice, with
 * a cache of compiled code that is empty at first. Returns the peaks, and what it printed.
 */
export async function reportMemory(
  api: { fetch(request: Request): Response | Promise<Response> },
  folder: string,
  from: string,
  to: string,
): Promise<Peaks & { printed: string }> {
  const routes = new Hono().post('/common/oauth2/v2.0/token', (context) =>
    context.json({ access_token: 'any', expires_in: 86_400 }),
  );
  const server = await serveHttp(
    routes.mount('/', (request) => api.fetch(request)),
    { port: 0 },
  );
  try {
    const { url } = server;
    await mkdir(join(folder, '.local'), { recursive: true });
    const endpoints = { functions: url, identity: url, serviceBusTls: 'localhost', caFile: 'none' };
    await writeFile(join(folder, '.local/endpoints.json'), JSON.stringify(endpoints));
    const report = ['audit', 'report', '--from', from, '--to', to, '--out', join(folder, 'report')];
    const first = await run(folder, report);
    const after = await run(folder, report);
    return { first: first.megabytes, after: after.megabytes, printed: after.printed };
  } finally {
    await server.stop();
  }
}

async function run(folder: string, args: string[]): Promise<{ megabytes: number; printed: string }> {
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    // Printed by the launcher too, which is smaller.
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(printPeak)}`,
  };
  const child = spawn(process.execPath, [resolve('cli/imprimatur.cjs'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (printed === '') throw new Error(`the command failed: ${errors}`);
  const peaks = [...errors.matchAll(peak)].map(([, kilobytes]) => Number(kilobytes) / 1_000);
  return { megabytes: Math.max(...peaks), printed: printed.trim() };
}
