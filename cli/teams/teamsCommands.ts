import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { UsageError } from '../exitCodes.ts';
import { printJson, printTable } from '../printTable.ts';
import { answerCommand } from './answerCommand.ts';
import { listen } from './listen.ts';
import { principalOfToken } from './principalOfToken.ts';
import { replayCommands } from './replayCommands.ts';
import { type TeamOptions, teamOfOptions } from './teamOfOptions.ts';

const team = z.looseObject({
  name: z.string(),
  state: z.string(),
  subscription: z.string(),
  filter: z.unknown().optional(),
  delivery: z.object({ kind: z.string(), url: z.string() }).optional(),
  principals: z.array(z.looseObject({ objectId: z.string() })),
  granted: z.array(z.string()),
  commands: z.array(z.string()),
  reason: z.string().optional(),
  messages: z.object({ waiting: z.number(), deadLettered: z.number() }).optional(),
  callsAMinute: z.number().optional(),
  record: z
    .object({
      since: z.string().optional(),
      enqueued: z.number(),
      delivered: z.number(),
      failedTries: z.number().optional(),
      deadLettered: z.number(),
      openUntil: z.string().optional(),
    })
    .optional(),
  lateness: z.object({ p50: z.number(), p95: z.number(), of: z.number() }).optional(),
});
type Team = z.infer<typeof team>;
const teamsFile = z.strictObject({ teams: z.record(z.string(), z.looseObject({})) });
const pathOf = (name: string) => `teams/${encodeURIComponent(name)}`;
const repeated = (value: string, before: string[] | undefined) => [...(before ?? []), value];

/** `imprimatur teams …`. */
export function teamsCommands(teams: Command): void {
  withConnection(teams.command('list').description('Teams, and what they want to hear.')).action(
    async (options: ConnectionOptions) => {
      const answer = await (await connect(options)).api.get('teams', z.object({ teams: z.array(team) }));
      if (options.json) printJson(answer);
      else printTable(answer.teams.map(({ name, state, filter }) => [name, state, JSON.stringify(filter)]));
    },
  );
  withConnection(teams.command('show').argument('<name>').description('One team, with the messages that wait.')).action(
    async (name: string, options: ConnectionOptions) =>
      show(await (await connect(options)).api.get(pathOf(name), team), options),
  );
  withConnection(
    teams.command('put').argument('<name>').description('Subscribes a team, or changes what it wants to hear.'),
  )
    .option('--image <pattern>', 'IMAGE or GALLERY/IMAGE, * for any text; repeatable', repeated)
    .option('--type <name>', 'type of announcement, as imageVersion.published; repeatable', repeated)
    .option('--region <name>', 'announcements that speak of this region, or of none; repeatable', repeated)
    .option('--outcome <outcome>', 'passed, failed or inconclusive; repeatable', repeated)
    .option('--severity <severity>', 'info, warning or critical; repeatable', repeated)
    .option('--os <type>', 'linux or windows; repeatable', repeated)
    .option('--sql <filter>', 'a SQL filter on the message properties instead')
    .option(
      '--principal <id[:type]>',
      'object id of who receives; type User, Group or ServicePrincipal; repeatable',
      repeated,
    )
    .option('--me', 'let whoever is signed in receive')
    .option('--webhook <url>', 'call this https URL with every announcement')
    .option('--queue <url>', 'put every announcement into this queue of a storage account')
    .action(async (name: string, options: ConnectionOptions & TeamOptions) => {
      const { api } = await connect(options);
      const me = options.me ? principalOfToken(await api.token()) : undefined;
      show(await api.send('PUT', pathOf(name), team, teamOfOptions(options, me)), options);
    });
  withConnection(
    teams.command('apply').argument('<file>').description('Subscribes the teams of a file, such as infra/teams.yaml.'),
  ).action(async (file: string, options: ConnectionOptions) => {
    const wanted = await readTeams(file);
    const { api } = await connect(options);
    for (const [name, body] of Object.entries(wanted)) show(await api.send('PUT', pathOf(name), team, body), options);
  });
  withConnection(
    teams.command('remove').argument('<name>').description('Removes a team, and what waits for it.'),
  ).action(async (name: string, options: ConnectionOptions) =>
    show(await (await connect(options)).api.send('DELETE', pathOf(name), team), options),
  );
  withConnection(
    teams.command('test').argument('<name>').description('Sends a message that only this team gets.'),
  ).action(async (name: string, options: ConnectionOptions) => {
    const { id } = await (await connect(options)).api.send(
      'POST',
      `${pathOf(name)}/test`,
      z.object({ id: z.string() }),
    );
    if (options.json) printJson({ id });
    else console.log(`test message ${id} is on its way to ${name}`);
  });
  withConnection(
    teams.command('secret').argument('<name>').description('Makes a new secret that signs the calls of its webhook.'),
  ).action(async (name: string, options: ConnectionOptions) => {
    const { api } = await connect(options);
    const made = await api.send('POST', `${pathOf(name)}/secret`, z.object({ secret: z.string() }));
    if (options.json) printJson(made);
    else console.log(made.secret);
  });
  answerCommand(teams);
  replayCommands(teams);
  withConnection(teams.command('listen').argument('<name>').description('Prints what comes, until Ctrl-C.'))
    .option('--service-bus <host>', 'NAME.servicebus.windows.net; else IMPRIMATUR_SERVICE_BUS')
    .option('--take', 'take the messages out of the subscription; else they are only looked at')
    .action(async (name: string, options: ConnectionOptions & { serviceBus?: string; take?: boolean }) => {
      const connection = await connect(options);
      const host = options.serviceBus ?? connection.serviceBus;
      if (host === undefined) throw new UsageError('say where to listen: --service-bus HOST or IMPRIMATUR_SERVICE_BUS');
      await listen(host, connection.credential, name, options);
    });
}

function show(shown: Team, { json }: { json?: boolean }): void {
  if (json) {
    printJson(shown);
    return;
  }
  printTable([
    ['team', shown.name],
    ['state', shown.reason === undefined ? shown.state : `${shown.state}: ${shown.reason}`],
    shown.delivery ? [shown.delivery.kind, shown.delivery.url] : ['receive from', shown.subscription],
    ...(shown.filter === undefined ? [] : [['filter', JSON.stringify(shown.filter)]]),
    ['may receive', shown.granted.join(', ') || 'nobody yet'],
    ...(shown.messages
      ? [['messages', `${shown.messages.waiting} wait, ${shown.messages.deadLettered} are dead letters`]]
      : []),
    ...(shown.record ? [['record', recordText(shown.record)]] : []),
    ...(shown.record?.openUntil === undefined
      ? []
      : [['after failures', `nothing is tried before ${shown.record.openUntil}`]]),
    ...(shown.callsAMinute === undefined ? [] : [['allows', `${shown.callsAMinute} calls a minute`]]),
    ...(shown.lateness
      ? [['lateness', `p50 ${shown.lateness.p50} ms, p95 ${shown.lateness.p95} ms, of ${shown.lateness.of}`]]
      : []),
  ]);
  if (shown.commands.length === 0) return;
  console.log('\nThe service may not assign roles. Somebody who may has to run:');
  for (const command of shown.commands) console.log(`  ${command}`);
}

function recordText({ since, enqueued, delivered, deadLettered, failedTries }: NonNullable<Team['record']>): string {
  const counts = `${enqueued} enqueued, ${delivered} received, ${deadLettered} dead letters`;
  return `${counts}${failedTries === undefined ? '' : `; ${failedTries} tries failed`}${since ? `; since ${since}` : ''}`;
}

async function readTeams(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read`, { cause });
  });
  try {
    return teamsFile.parse(parse(text)).teams;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new UsageError(`${file} is no file of teams: ${why}`, { cause });
  }
}
