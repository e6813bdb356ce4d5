/** `npm run demo`: local Azure and the built app, some image versions, two teams; ends by itself. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { judgeReport } from './demo/judgeReport.ts';
import { nameOf, paint } from './demo/narrator.ts';
import { playRelease } from './demo/releaseStory.ts';
import type { Report } from './demo/report.ts';
import { runDemo } from './demo/runDemo.ts';
import { shows } from './demo/shows.ts';
import type { Story } from './demo/stories.ts';
import { testTimes } from './demo/testTimes.ts';
import { anyPorts } from './stack/ports.ts';
import { startStack } from './stack/startStack.ts';
import { prepareVms, vmKinds } from './stack/vms.ts';

const command = new Command('demo')
  .description('Publishes image versions through local Azure and shows what becomes of them.')
  .addOption(new Option('--vm <kind>', 'what the versions boot in').choices(vmKinds).default('simulated'))
  .addOption(
    new Option('--story <name>', 'play this instead: rings, a veto, a rollback, a fix, a retirement').choices([
      'release',
    ]),
  )
  .option('--json <file>', 'write the report to a file')
  .option('--speed <factor>', 'how many times as fast as real time the clocks run; default 10, with QEMU 4', Number)
  .option('--verbose', 'print the log lines of every part')
  .parse();
const options = command.opts<{
  vm: keyof typeof shows;
  story?: 'release';
  json?: string;
  speed?: number;
  verbose?: boolean;
}>();

const root = resolve(import.meta.dirname, '..');
const print = (line: string) => console.log(line);
try {
  await play();
} catch (error) {
  console.error(`imprimatur: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function play(): Promise<void> {
  const { vm, story, json, verbose } = options;
  const { stories, teams, policyFile, speed: usual, limitMs } = shows[vm];
  const speed = options.speed ?? usual;
  const vms = await prepareVms(vm, print);
  print(`Starting local Azure and the app; all clocks run ${speed} times as fast.`);
  const policy = join(root, story === 'release' ? 'local/policy.release.yaml' : policyFile);
  const stack = await startStack({
    folder: join(root, '.local/demo'),
    ports: anyPorts,
    speed,
    policyFile: policy,
    teams,
    app: root,
    vms,
    log: (part, line) => (verbose ? print(paint('dim', `[${part}] ${line}`)) : undefined),
  });
  try {
    if (story === 'release') return await playRelease(stack, { speed, policyFile: policy, print });
    const report = await runDemo(stack, { stories, teams, limitMs, print });
    if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
    process.exitCode = conclude(report, stories);
    if (vm === 'qemu') for (const line of testTimes(report, speed)) print(line);
  } finally {
    await stack.stop();
  }
}

function conclude(report: Report, stories: Story[]): number {
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
