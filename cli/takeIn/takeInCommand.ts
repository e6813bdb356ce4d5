import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { ApiClient } from '../api/apiClient.ts';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { CommandError, exitCodes, UsageError } from '../exitCodes.ts';
import { printJson } from '../printTable.ts';
import { describeRefused, takeInAll } from './takeInAll.ts';
import { type Adopted, adoptedIn, estimate } from './takeInPlan.ts';

interface Options extends ConnectionOptions {
  reason: string;
  atOnce: string;
  atMost: string;
  minutes: string;
  price: string;
  yes?: boolean;
}

const images = z.object({
  images: z.array(
    z.object({
      id: z.string(),
      open: z.array(z.string()),
      adopted: z.array(z.object({ version: z.string(), failed: z.boolean() })),
    }),
  ),
});
const accepted = z.object({ request: z.string() });
const lookEveryMs = 5_000;

/** `imprimatur take-in`: tests what was there before the service, a few at a time. */
export function takeInCommand(program: Command): void {
  withConnection(program.command('take-in').argument('[image]', 'name or resource id of an image definition; else all'))
    .description(
      'Test the versions that were there before the service, and look after those that pass. Shows its plan; with --yes it goes on until all are tested, and can be stopped and started again at any time.',
    )
    .requiredOption('--reason <text>', 'why; it goes into the audit trail')
    .option('--at-once <number>', 'how many are under test at a time', '2')
    .option('--at-most <number>', 'end after so many', '1000000')
    .option('--minutes <number>', 'for the estimate: VM minutes of one test', '10')
    .option('--price <amount>', 'for the estimate: price of a VM hour', '0.1')
    .option('--yes', 'do what the plan says')
    .action(async (image: string | undefined, options: Options) => {
      const [atOnce, atMost] = [numberOf('--at-once', options.atOnce), numberOf('--at-most', options.atMost)];
      const figures = { minutes: numberOf('--minutes', options.minutes), price: numberOf('--price', options.price) };
      const { api } = await connect(options);
      const found = await list(api, image);
      const waiting = found.filter(({ failed }) => !failed);
      const plan = { ...estimate(Math.min(waiting.length, atMost), figures), failed: found.length - waiting.length };
      if (!options.yes) return show(plan, waiting, options.json === true);
      const { reason } = options;
      const taking = {
        list: () => list(api, image),
        ask: (id: string) => api.send('POST', 'requests', accepted, { kind: 'take-in', id, reason }),
        wait: () => wait(lookEveryMs),
        tell: (line: string) => console.error(line),
      };
      const { asked, refused } = await takeInAll(taking, { atOnce, atMost });
      if (options.json) printJson({ asked, refused });
      else console.log(`${asked.length} were asked for; imprimatur take-in shows what is left`);
      if (refused.length > 0) throw new CommandError(describeRefused(refused).join('\n'), exitCodes.refused);
    });
}

async function list(api: ApiClient, image: string | undefined): Promise<Adopted[]> {
  return adoptedIn((await api.get('images', images)).images, image);
}

function show(plan: ReturnType<typeof estimate> & { failed: number }, adopted: Adopted[], json: boolean): void {
  if (json) {
    printJson({ ...plan, ids: adopted.map(({ id }) => id) });
    return;
  }
  for (const { id, isOpen } of adopted) console.log(`${id}${isOpen ? '  under test' : ''}`);
  const { versions, vmMinutes, cost, failed } = plan;
  console.log(`${versions} versions to test, about ${vmMinutes} VM minutes, about ${cost} by the price given`);
  if (failed > 0)
    console.log(`${failed} more failed and stay as they are: imprimatur quarantine takes one out of latest`);
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new UsageError(`${option} takes a number above 0, not ${text}`);
}
