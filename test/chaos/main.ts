/** `npm run chaos`: many versions through the built app, while workers and Service Bus are killed and Azure fails. */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { listCounts } from './disturb.ts';
import { type ChaosOptions, runChaos } from './runChaos.ts';

const command = new Command('chaos')
  .description('Publishes many versions on local Azure while processes are killed, Azure fails and storage is cut off.')
  .option('--versions <number>', 'image versions', Number, 500)
  .option('--definitions <number>', 'image definitions that they are of', Number, 50)
  .option('--workers <number>', 'worker processes of the Functions host', Number, 3)
  .option('--open <number>', 'versions that are written and not at their end, at most', Number, 160)
  .option('--speed <factor>', 'how many times as fast as real time all clocks run', Number, 4)
  .option('--seed <number>', 'what is broken, killed and cut off, and when', Number, 1)
  .option('--minutes <number>', 'of real time, after which what is not finished counts as lost', Number, 5)
  .option('--json <file>', 'write the report to a file')
  .parse();
const { json, minutes, ...options } = command.opts<
  Omit<ChaosOptions, 'limitMs' | 'say'> & { minutes: number; json?: string }
>();

const report = await runChaos({ ...options, limitMs: minutes * 60_000, say: (line) => console.error(line) });
if (json !== undefined) await writeFile(json, `${JSON.stringify({ ...options, ...report }, null, 2)}\n`);
const { cpu, disturbed, outcomes, seconds, problems } = report;
console.log(`${options.versions} versions in ${seconds.toFixed(0)} s, seed ${options.seed}`);
console.log(`killed or cut off: ${listCounts(disturbed)}`);
console.log(`seconds of processor time: ${listCounts(cpu)}`);
console.log(`outcomes: ${listCounts(outcomes)}`);
for (const problem of problems) console.log(`problem: ${problem}`);
console.log(problems.length === 0 ? 'all is as it has to be' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
