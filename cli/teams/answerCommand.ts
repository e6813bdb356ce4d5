import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { UsageError } from '../exitCodes.ts';
import { submit } from '../requests/submit.ts';
import { type WaitOptions, withWait } from '../requests/waitFor.ts';

interface AnswerOptions extends ConnectionOptions, WaitOptions {
  reason: string;
  link?: string;
  summary?: string;
  junit?: string;
  sarif?: string;
}

/** `imprimatur teams answer`: a team says whether a candidate may be published. */
export function answerCommand(teams: Command): void {
  withWait(withConnection(teams.command('answer')))
    .argument('<name>', 'the team')
    .argument('<version>', 'resource id of the image version')
    .argument('<answer>', 'approve, veto or abstain')
    .description('Answers for a team that the policy asks about candidates.')
    .requiredOption('--reason <text>', 'why; it goes into the audit trail and the announcement')
    .option('--link <url>', 'where more can be read')
    .option('--summary <text>', 'what was found')
    .addOption(new Option('--junit <file>', 'a JUnit report of your tests').conflicts('sarif'))
    .option('--sarif <file>', 'a SARIF report of your scanner')
    .action(async (name: string, id: string, answer: string, options: AnswerOptions) => {
      const { reason, link, summary } = options;
      const report = await reportOf(options);
      const evidence = { ...(link && { link }), ...(summary && { summary }), ...(report && { report }) };
      const { api } = await connect(options);
      await submit(api, `teams/${encodeURIComponent(name)}/answers`, { id, answer, reason, ...evidence }, options);
    });
}

async function reportOf({ junit, sarif }: AnswerOptions): Promise<{ format: string; content: string } | undefined> {
  const file = junit ?? sarif;
  if (file === undefined) return undefined;
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read`, { cause });
  });
  return { format: junit === undefined ? 'sarif' : 'junit', content };
}
