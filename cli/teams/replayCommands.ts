import { type Command, Option } from 'commander';
import { z } from 'zod';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { UsageError } from '../exitCodes.ts';
import { printJson, printTable } from '../printTable.ts';

const letter = z.looseObject({
  id: z.string(),
  at: z.string(),
  type: z.string(),
  subject: z.string(),
  reason: z.string(),
});
const letters = z.object({ deadLetters: z.array(letter) });
const replayed = z.object({ sent: z.number(), until: z.string().optional() });

type LetterOptions = ConnectionOptions & { replay?: string; drop?: string };

/** `imprimatur teams dead-letters` and `teams replay`: what a team missed. */
export function replayCommands(teams: Command): void {
  withConnection(teams.command('dead-letters').argument('<name>'))
    .description('Announcements that did not reach the team; sends one again, or drops it.')
    .addOption(new Option('--replay <id>', 'send this one to the team once more').conflicts('drop'))
    .option('--drop <id>', 'drop this one')
    .action(async (name: string, options: LetterOptions) => {
      const { api } = await connect(options);
      const path = `teams/${encodeURIComponent(name)}/dead-letters`;
      const id = options.replay ?? options.drop;
      if (id !== undefined) {
        const method = options.replay === undefined ? 'DELETE' : 'POST';
        await api.send(method, `${path}/${encodeURIComponent(id)}`, z.object({ id: z.string() }));
        if (options.json) printJson({ id });
        else console.log(options.replay === undefined ? `${id} is dropped` : `${id} is on its way to ${name}`);
        return;
      }
      const { deadLetters } = await api.get(path, letters);
      if (options.json) printJson({ deadLetters });
      else printTable(deadLetters.map(({ id, at, type, subject, reason }) => [id, at, type, subject, reason]));
    });
  withConnection(teams.command('replay').argument('<name>'))
    .description('Sends the team, and nobody else, once more what was announced and passes its filter.')
    .requiredOption('--since <instant>', 'as 2026-11-22T08:00:00Z')
    .action(async (name: string, options: ConnectionOptions & { since: string }) => {
      const since = new Date(options.since);
      if (Number.isNaN(since.getTime())) throw new UsageError(`${options.since} is no instant`);
      const { api } = await connect(options);
      const body = { since: since.toISOString() };
      const made = await api.send('POST', `teams/${encodeURIComponent(name)}/replays`, replayed, body);
      if (options.json) printJson(made);
      else console.log(`${made.sent} announcements, as far as the filter of ${name} lets them pass${more(made.until)}`);
    });
}

function more(until: string | undefined): string {
  return until === undefined ? '' : `; there are more: go on with --since ${until}`;
}
