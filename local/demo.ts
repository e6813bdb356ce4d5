/** `npm run demo`: local Azure and the built app, three image versions, two teams; ends by itself. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { judgeReport } from './demo/judgeReport.ts';
import { nameOf, paint } from './demo/narrator.ts';
import type { Report } from './demo/report.ts';
import { runDemo } from './demo/runDemo.ts';
import { stories } from './demo/stories.ts';
import { anyPorts } from './stack/ports.ts';
import { startStack } from './stack/startStack.ts';

const teams = [
  { team: 'web', filter: "image = 'ubuntu-2404' AND type LIKE '%.published.%'" },
  {
    team: 'security',
    filter: "type LIKE '%.quarantined.%' OR type LIKE '%.inconclusive.%' OR type LIKE '%.candidate.%'",
  },
];

const command = new Command('demo')
  .description('Publishes three image versions through local Azure and shows what becomes of them.')
  .option('--json <file>', 'write the report to a file')
  .option('--speed <factor>', 'how many times as fast as real time the clocks run', Number, 10)
  .option('--verbose', 'print the log lines of every part')
  .parse();
const { json, speed, verbose } = command.opts<{ json?: string; speed: number; verbose?: boolean }>();

const root = resolve(import.meta.dirname, '..');
const print = (line: string) => console.log(line);
print(`Starting local Azure and the app; all clocks run ${speed} times as fast.`);
const stack = await startStack({
  folder: join(root, '.local/demo'),
  ports: anyPorts,
  speed,
  policyFile: join(root, 'local/policy.yaml'),
  teams,
  app: root,
  log: (part, line) => (verbose ? print(paint('dim', `[${part}] ${line}`)) : undefined),
});
try {
  const report = await runDemo(stack, { stories, teams, limitMs: 120_000, print });
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = conclude(report);
} finally {
  await stack.stop();
}

function conclude(report: Report): number {
  print('');
  for (const { id, outcome, reason } of report.versions) {
    print(`${nameOf(id)}  ${paint(outcome === 'published' ? 'green' : 'red', outcome.padEnd(12))}  ${reason}`);
  }
  for (const [definition, latest] of Object.entries(report.latest)) {
    const regions = Object.entries(latest).map(([region, version]) => `${version} in ${region}`);
    print(`latest of ${definition.slice(definition.lastIndexOf('/') + 1)}: ${regions.join(', ') || 'none'}`);
  }
  const { virtualMachines, networkInterfaces, disks } = report.leftovers;
  print(`left behind: ${virtualMachines} VMs, ${networkInterfaces} network interfaces, ${disks} disks`);
  print(`audit trail: ${report.audit.entries} entries, chain ${report.audit.chain}`);
  const problems = judgeReport(report, stories);
  for (const problem of problems) console.error(paint('red', `not as expected: ${problem}`));
  return problems.length === 0 ? 0 : 1;
}
