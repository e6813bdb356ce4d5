import type { Command } from 'commander';
import { z } from 'zod';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { printJson, printTable } from '../printTable.ts';

const answered = z.object({
  checks: z.array(
    z.looseObject({
      check: z.string(),
      runs: z.number(),
      failed: z.number(),
      knownIssue: z.number(),
      flaky: z.number(),
      flakyRate: z.number(),
      lastFlakyAt: z.string().optional(),
    }),
  ),
});

/** `imprimatur checks history ID`. */
export function historyCommand(checks: Command): void {
  withConnection(
    checks
      .command('history')
      .argument('<id>', 'resource id of an image definition')
      .description('How each check did in all smoke tests of an image: the flakiest first.'),
  ).action(async (id: string, options: ConnectionOptions) => {
    const { api } = await connect(options);
    const answer = await api.get(`checks?id=${encodeURIComponent(id)}`, answered);
    if (options.json) return printJson(answer);
    const rows = answer.checks.map(({ check, runs, failed, knownIssue, flaky, flakyRate, lastFlakyAt = '' }) => [
      check,
      ...[runs, failed, knownIssue, flaky].map(String),
      `${Math.round(flakyRate * 100)} %`,
      lastFlakyAt,
    ]);
    printTable([['check', 'runs', 'failed', 'known', 'flaky', 'rate', 'last flaky'], ...rows]);
  });
}
