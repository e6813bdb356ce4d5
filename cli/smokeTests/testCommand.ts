import type { Command } from 'commander';
import { z } from 'zod';
import type { ApiClient } from '../api/apiClient.ts';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { readCheckFiles } from '../checks/readCheckFiles.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { printJson } from '../printTable.ts';
import { describe, type Explanation, explanation } from './explanation.ts';
import { versionId } from './versionId.ts';

interface TestOptions extends ConnectionOptions {
  checks?: string;
  size?: string;
  region?: string;
  keep?: string;
  wait: boolean;
}

const accepted = z.object({ test: z.string(), location: z.string() });
const notBegun = z.object({ outcome: z.literal('open'), reason: z.string() });
const pollMs = 2_000;

/** `imprimatur test VERSION`. */
export function testCommand(program: Command): void {
  withConnection(
    program
      .command('test')
      .argument('<version>', 'resource id of an image version, or IMAGE/VERSION')
      .description(
        'Smoke-tests a version by hand: nothing is held, published or announced, and the verdict is printed.',
      ),
  )
    .option('--checks <file>', 'another check file than that of the policy')
    .option('--size <name>', 'VM size to launch, such as Standard_D2s_v5')
    .option('--region <name>', 'region to launch in')
    .option('--keep <time>', 'leave a VM that did not pass for this long, as 30m or 2h')
    .option('--no-wait', 'print where to look, and end')
    .action(async (named: string, options: TestOptions) => {
      const { api } = await connect(options);
      const body = await requestOf(await versionId(api, named), options);
      const requested = await api.send('POST', 'tests', accepted, body);
      if (!options.wait) return options.json ? printJson(requested) : console.log(requested.location);
      const ended = await follow(api, requested.location.replace(/^\/api\//, ''));
      if (options.json) printJson(ended);
      else console.log(`\n${describe(ended).join('\n')}`);
      process.exitCode = verdictOf(ended) === 'passed' ? exitCodes.ok : exitCodes.failed;
    });
}

async function requestOf(id: string, { checks, size, region, keep }: TestOptions): Promise<object> {
  const read = checks === undefined ? undefined : await readCheckFiles(checks);
  return {
    id,
    ...(size !== undefined && { vmSize: size }),
    ...(region !== undefined && { region }),
    ...(keep !== undefined && { keepMinutes: minutesOf(keep) }),
    ...(read && { checkFile: { name: read.main, sources: Object.fromEntries(read.files) } }),
  };
}

function minutesOf(text: string): number {
  const [, number, unit] = /^(\d{1,4})(m|h)$/.exec(text) ?? [];
  if (number === undefined) throw new UsageError(`--keep takes minutes or hours, as 30m or 2h, not ${text}`);
  return Number(number) * (unit === 'h' ? 60 : 1);
}

/** Until the test is over; each stage is told on standard error, with the time since the beginning. */
async function follow(api: ApiClient, path: string): Promise<Explanation> {
  const began = Date.now();
  let told = '';
  for (;;) {
    const now = await api.get(path, z.union([explanation, notBegun]));
    const stage = 'stage' in now && now.stage ? now.stage.stage : now.reason;
    if (now.outcome !== 'open' && 'checks' in now) return now;
    if (stage !== told) console.error(`${String(Math.round((Date.now() - began) / 1_000)).padStart(5)} s  ${stage}`);
    told = stage;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function verdictOf({ attempts }: Explanation): string | undefined {
  return attempts.findLast(({ controlOf }) => controlOf === undefined)?.verdict;
}
