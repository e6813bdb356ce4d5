import type { Command } from 'commander';
import { z } from 'zod';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { printJson } from '../printTable.ts';
import { versionId } from '../smokeTests/versionId.ts';
import { style } from '../style.ts';
import { askEverything } from './askEverything.ts';
import { releasePlanCommand } from './releasePlan.ts';
import { retestFailed } from './retestFailed.ts';
import { submit } from './submit.ts';
import { type WaitOptions, withWait } from './waitFor.ts';

interface RequestOptions extends ConnectionOptions, WaitOptions {
  reason: string;
  ticket?: string;
  region?: string[];
  all?: boolean;
  failedSince?: string;
  plan?: boolean;
  yes?: boolean;
}

interface RequestCommand {
  kind: string;
  of: 'version' | 'definition';
  description: string;
  needsTicket?: true;
  takesRegions?: true;
  /** The plan is shown first, and nothing is done without --yes. */
  asksFirst?: true;
  /** Also for every image definition at once. */
  takesAll?: 'pause' | 'resume';
  /** Also for all versions that did not pass since an instant. */
  takesFailed?: true;
}

const commands: RequestCommand[] = [
  { kind: 'publish', of: 'version', description: 'Publish a version that passed, again or after all.' },
  { kind: 'approve', of: 'version', description: 'Let a version that waits for approval be published.' },
  { kind: 'veto', of: 'version', description: 'Halt the release of a version where it is.' },
  {
    kind: 'rollback',
    of: 'version',
    description: 'Take everything newer than the version named out of latest, and pin the image definition to it.',
    takesRegions: true,
    asksFirst: true,
  },
  { kind: 'quarantine', of: 'version', description: 'Take a version out of latest everywhere.', asksFirst: true },
  { kind: 'lift', of: 'version', description: 'Lift a quarantine that an operator ordered.' },
  {
    kind: 'expedite',
    of: 'version',
    description: 'Skip soak, windows and deadlines; never the smoke test.',
    needsTicket: true,
  },
  {
    kind: 'override',
    of: 'version',
    description: 'Vouch for a version whose smoke test was inconclusive; it takes two operators.',
    needsTicket: true,
  },
  {
    kind: 'retest',
    of: 'version',
    description: 'Test a version again, or all that did not pass since an instant; the verdict counts.',
    takesFailed: true,
  },
  {
    kind: 'announce',
    of: 'version',
    description: 'Send what was announced of a version to all teams once more, under the same ids.',
  },
  {
    kind: 'pause',
    of: 'definition',
    description: 'Hold new versions, and let them wait.',
    takesAll: 'pause',
  },
  {
    kind: 'resume',
    of: 'definition',
    description: 'End a pause, and the pin of a rollback.',
    takesAll: 'resume',
  },
];

const plan = z.looseObject({ outcome: z.enum(['accepted', 'refused']), reason: z.string(), text: z.array(z.string()) });
type Plan = z.infer<typeof plan>;

/** `imprimatur publish`, `approve`, `rollback` and the others: each can show its plan instead. */
export function requestCommands(program: Command): void {
  for (const request of commands) {
    const command = requestCommand(program, request).description(request.description);
    command.option('--plan', 'only show what would change');
    withWait(command);
    if (request.asksFirst || request.takesFailed) command.option('--yes', 'do what the plan says');
    command.action((named: string | undefined, options: RequestOptions) => ask(request, named, options));
  }
}

/** `imprimatur plan publish` and the others: what the command of this name would change; nothing is done. */
export function planCommands(program: Command): void {
  releasePlanCommand(program);
  for (const request of commands) {
    const command = requestCommand(program, request).description(`What would change: ${request.description}`);
    command.action((named: string | undefined, options: RequestOptions) =>
      ask(request, named, { ...options, plan: true }),
    );
  }
}

/** What the request is about, and why: the same whether it is made or planned. */
function requestCommand(
  program: Command,
  { kind, of, needsTicket, takesRegions, takesAll, takesFailed }: RequestCommand,
): Command {
  const what =
    of === 'version' ? 'resource id of an image version, or IMAGE/VERSION' : 'resource id of an image definition';
  const command = withConnection(program.command(kind).argument(takesAll || takesFailed ? '[id]' : '<id>', what));
  command.requiredOption('--reason <text>', 'why; it goes into the audit trail and the announcement');
  if (needsTicket) command.requiredOption('--ticket <id>', 'where it is followed up');
  if (takesFailed) command.option('--failed-since <instant>', 'instead of an id, as 2026-11-22T08:00:00Z');
  if (takesAll) command.option('--all', `${takesAll} everything: all work of the service, by one entry`);
  if (takesRegions)
    command.option('--region <name>', 'only there; repeatable', (value: string, before?: string[]) => [
      ...(before ?? []),
      value,
    ]);
  return command;
}

async function ask(request: RequestCommand, named: string | undefined, options: RequestOptions): Promise<void> {
  const { kind, of, asksFirst = false, takesAll, takesFailed } = request;
  const { failedSince } = options;
  const isWide = options.all === true || failedSince !== undefined;
  if ((named === undefined) !== isWide)
    throw new UsageError(takesFailed ? 'name a version, or --failed-since' : 'name an image definition, or --all');
  const connection = await connect(options);
  if (failedSince !== undefined) return retestFailed(connection.api, { ...options, failedSince });
  if (named === undefined) return takesAll && askEverything(connection.api, takesAll, options);
  const id = of === 'version' ? await versionId(connection.api, named) : named;
  const { reason, ticket, region } = options;
  const body = { kind, id, reason, ...(ticket !== undefined && { ticket }), ...(region && { regions: region }) };
  const planned = await connection.api.send('POST', 'plans', plan, body);
  const isPlanOnly = options.plan === true || (asksFirst && !options.yes);
  if (isPlanOnly || planned.outcome === 'refused') return showPlan(planned, options, asksFirst);
  if (!options.json) printPlan(planned);
  await submit(connection.api, 'requests', body, options);
}

function showPlan(planned: Plan, options: RequestOptions, asksFirst: boolean): void {
  if (options.json) printJson(planned);
  else printPlan(planned);
  if (planned.outcome === 'refused') process.exitCode = exitCodes.refused;
  else if (asksFirst && !options.plan && !options.json)
    console.log('Nothing is done yet: the same with --yes does it.');
}

function printPlan({ outcome, reason, text }: Plan): void {
  console.log(outcome === 'refused' ? `${style('red', 'refused')}: ${reason}` : reason);
  for (const line of text) console.log(`  ${line}`);
}
