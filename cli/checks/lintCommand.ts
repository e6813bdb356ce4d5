import { type Command, Option } from 'commander';
import { exitCodes } from '../exitCodes.ts';
import { style } from '../style.ts';
import { lint } from './lint.ts';

/** `imprimatur checks lint FILE`. */
export function lintCommand(checks: Command): void {
  checks
    .command('lint')
    .description('Says whether a check file, with all that it includes, can be used; needs no Azure.')
    .argument('<file>', 'check file in the goss format (YAML or JSON)')
    .addOption(
      new Option('--os <type>', 'also warn of what such a guest cannot be asked').choices(['linux', 'windows']),
    )
    .option('--json', 'print the outcome as JSON')
    .action(async (file: string, options: { os?: 'linux' | 'windows'; json?: boolean }) => {
      const report = await lint(file, options.os);
      if (options.json) console.log(JSON.stringify(report, null, 2));
      else {
        for (const { file, line, message } of report.problems) console.log(`${file}:${line}: ${style('red', message)}`);
        for (const { file, line, message } of report.warnings)
          console.log(`${file}:${line}: ${style('yellow', 'warning')}: ${message}`);
        console.log(report.summary);
      }
      process.exitCode = report.problems.length > 0 ? exitCodes.failed : exitCodes.ok;
    });
}
