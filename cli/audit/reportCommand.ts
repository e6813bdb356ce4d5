import type { Command } from 'commander';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { signInApart } from '../api/signInApart.ts';
import { printJson } from '../printTable.ts';
import { writeReport } from './writeReport.ts';

interface ReportOptions extends ConnectionOptions {
  from: string;
  to: string;
  out?: string;
}

/** `imprimatur audit report`. All that it needs is imported when its help is: see imprimatur.cjs. */
export function reportCommand(audit: Command): void {
  withConnection(audit.command('report'))
    .description('Everything that happened in a time, as a folder that "audit verify --offline" accepts on its own.')
    .requiredOption('--from <day>', 'first day (UTC)')
    .requiredOption('--to <day>', 'last day, included')
    .option('--out <folder>', 'where to; else audit-FROM-TO')
    .action(async (options: ReportOptions) => {
      const folder = options.out ?? `audit-${options.from}-${options.to}`;
      const { api } = await connect(options, async () => signInApart());
      const bundle = await writeReport(api, folder, options.from, options.to);
      if (options.json) return printJson(bundle);
      console.log(`${bundle.records} entries of ${bundle.logs} logs are in ${folder}: begin with report.html`);
    });
}
