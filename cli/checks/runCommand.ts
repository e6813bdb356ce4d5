import type { Command } from 'commander';
import { parseCheckFile } from '../../shared/smokeTest/checkFile/parseCheckFile.ts';
import { exitCodes } from '../exitCodes.ts';
import { style } from '../style.ts';
import { describeResults, isPassed } from './describeResults.ts';
import { readGuestFile } from './guestFile.ts';
import { readCheckFiles } from './readCheckFiles.ts';
import { watchGuest } from './watchGuest.ts';

/** `imprimatur checks run FILE --guest IMAGE`. */
export function runCommand(checks: Command): void {
  checks
    .command('run')
    .description('Runs a check file in a simulated Linux guest, by the script that a VM would run; needs no Azure.')
    .argument('<file>', 'check file in the goss format (YAML or JSON)')
    .requiredOption('--guest <image>', 'what is booted, such as local/images/healthy.yaml')
    .option('--json', 'print the results as JSON')
    .action(async (file: string, { guest, json }: { guest: string; json?: boolean }) => {
      const { main, files } = await readCheckFiles(file);
      const image = await readGuestFile(guest);
      const parsed = parseCheckFile(main, files);
      const outcome =
        parsed.kind === 'invalid'
          ? { problems: parsed.problems }
          : await watchGuest({ file: parsed.file, image }, (seconds) => {
              console.error(style('dim', `${guest}: running ${parsed.file.checks.length} checks, ${seconds} s`));
            });
      const passed = 'kind' in outcome && outcome.kind === 'answered' && isPassed(outcome.results);
      if (json) console.log(JSON.stringify({ passed, ...outcome }, null, 2));
      else if ('problems' in outcome)
        for (const { file, line, message } of outcome.problems)
          console.log(`${file}:${line}: ${style('red', message)}`);
      else if (outcome.kind === 'unanswered')
        console.log(`${guest}: no check was answered: ${style('red', outcome.reason)}`);
      else for (const line of describeResults(outcome.results)) console.log(line);
      process.exitCode = passed ? exitCodes.ok : exitCodes.failed;
    });
}
