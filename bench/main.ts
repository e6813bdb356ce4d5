/** `npm run bench`: how fast and how dear the service is on this machine, against local Azure. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { besideOthers } from './besideOthers.ts';
import { groups } from './groups.ts';
import { goalOf, type Metric, type Results } from './metric.ts';
import { readResults } from './resultsPage.ts';
import { runAll } from './runAll.ts';
import { runInProcess } from './runInProcess.ts';

const command = new Command('bench')
  .description('Measures speed and cost on local Azure, each figure beside its limit or rival from the same run.')
  .option('--json <file>', 'write the results to a file')
  .addOption(
    new Option('--only <group...>', 'measure these alone; a file that is there keeps the others').choices(
      groups.map(({ name }) => name),
    ),
  )
  .option('--burst <versions>', 'how many versions a burst has', countOf, 200)
  .parse();
const { json, only, burst } = command.opts<{ json?: string; only?: string[]; burst: number }>();

const cores = `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cores}, ${process.platform}, Node.js ${process.versions.node}`;
const before = only && json !== undefined && existsSync(json) ? readResults(json) : undefined;
if (before && before.machine !== machine)
  command.error(`${json} is of another machine (${before.machine}): measure all groups`);

const chosen = groups.filter(({ name }) => only?.includes(name) ?? true);
const { metrics, notMeasured } = await runAll(chosen, (group) => {
  console.error(`${group.name} …`);
  return runInProcess(group, { burst });
});
const measured: Results = { machine, date: new Date().toISOString(), metrics, notMeasured };
const names = chosen.map(({ name }) => name);
const results = before ? besideOthers(before, measured, names) : measured;
if (json !== undefined) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);

console.log(machine);
for (const metric of metrics) console.log(line(metric));
for (const { what, reason } of notMeasured) console.log(`NOT MEASURED  ${what}: ${reason}`);
// What a machine has not installed is no failure; a group without any figure is.
process.exitCode = notMeasured.some(({ what }) => groups.some(({ name }) => name === what)) ? 1 : 0;

function countOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('a number from 1 to 9999 is wanted');
  return Number(text);
}

function line(metric: Metric): string {
  const { name, unit, median, p95, rival, ratio } = metric;
  const compared = rival === undefined ? '' : `  rival ${rival}${ratio === undefined ? '' : ` (× ${ratio})`}`;
  const wanted = goalOf(metric);
  const goal = wanted === undefined ? '' : `  goal ${wanted.goal}${wanted.isReached ? '' : ', MISSED'}`;
  return `${name.padEnd(64)} ${median} ${unit}, p95 ${p95}${compared}${goal}`;
}
