import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { serveHttp } from '../../local/serveHttp.ts';

/**
 * Linux counts as the most that a process held also what its parent did at the fork, which is a bench with all it has
 * loaded: what is of the process alone is asked for where it is told.
 */
const ownPeak =
  process.platform === 'linux'
    ? 'process.getBuiltinModule("node:fs").readFileSync("/proc/self/status", "utf8").match(/^VmHWM:\\s+(\\d+)/m)[1]'
    : 'process.resourceUsage().maxRSS';
const printPeak = `process.on("exit", () => console.error("peak " + ${ownPeak}))`;
const peak = /^peak (\d+)$/gm;

/** Most memory that the process of the report ever held: resident, in MB, with Node and all. */
interface Peaks {
  /** Where its TypeScript has to be made JavaScript first, as at its first use. */
  first: number;
  after: number;
  /** Of the check of the report, by itself. */
  offline: number;
}

/**
 * The command `imprimatur audit report` as a process of its own, against an API that answers from this one: twice, with
 * a cache of compiled code that is empty at first; and then the check of what it wrote.
 */
export async function reportMemory(
  api: { fetch(request: Request): Response | Promise<Response> },
  folder: string,
  from: string,
  to: string,
): Promise<Peaks> {
  const expires_on = String(Math.round(Date.now() / 1_000) + 86_400);
  const routes = new Hono().get('/identity', (context) => context.json({ access_token: 'any', expires_on }));
  const server = await serveHttp(
    routes.mount('/', (request) => api.fetch(request)),
    { port: 0 },
  );
  try {
    const { url } = server;
    const connection = ['--api', url, '--audience', 'any'];
    const report = ['audit', 'report', '--from', from, '--to', to, '--out', join(folder, 'report'), ...connection];
    const env = {
      ...process.env,
      // As in Azure: a managed identity.
      IDENTITY_ENDPOINT: `${url}/identity`,
      IDENTITY_HEADER: 'any',
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      // Printed by the launcher too, which is smaller.
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(printPeak)}`,
    };
    const first = await run(report, env);
    const after = await run(report, env);
    const check = await run(['audit', 'verify', '--offline', join(folder, 'report')], env);
    return { first, after, offline: check };
  } finally {
    await server.stop();
  }
}

async function run(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, ['cli/imprimatur.cjs', ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const [printed, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0 || printed === '') throw new Error(`the command failed: ${errors}`);
  const peaks = [...errors.matchAll(peak)].map(([, kibibytes]) => (Number(kibibytes) * 1_024) / 1e6);
  return Math.max(...peaks);
}
