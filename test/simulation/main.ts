/** `npm run simulate`: the whole workflow under faults, seed by seed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { bundleSimulation } from './bundle.ts';
import { mutants } from './mutants.ts';
import { describeRun, type RunReport, reportOf } from './report.ts';
import { runMutants } from './runMutants.ts';
import { replay, runSeeds } from './threads.ts';

const mostTraceLines = 200;
/** Of every seed: versions, and faults. */
const least = 3;

const program = new Command('simulate')
  .usage('[--seeds N] [--seed S]')
  .description('Runs the workflow on two and more workers over simulated Azure, with faults that each seed draws anew.')
  .option('--seeds <count>', 'how many seeds are run', whole, undefined)
  .option('--seed <seed>', 'the first seed, or "random"; without --seeds, the one to replay with its trace', seedOf)
  .option('--json <file>', 'writes the figures into a file')
  .option('--mutants', `runs ${mutants.length} seeded defects instead: each has to be found`)
  .addHelpText(
    'after',
    '\nA seed that fails prints what happened; `npm run simulate -- --seed S` shows all of it again.',
  )
  .parse();
const options = program.opts<{ seeds?: number; seed?: number; json?: string; mutants?: true }>();

const folder = await mkdtemp(join(tmpdir(), 'imprimatur-simulation-'));
try {
  if (options.mutants) await runMutants(folder, options.seeds ?? 1_000, options.json);
  else if (options.seed !== undefined && options.seeds === undefined)
    await show(options.seed, Number.POSITIVE_INFINITY);
  else await runAll(options.seed ?? 1, options.seeds ?? 1_000);
} finally {
  await rm(folder, { recursive: true });
}

async function runAll(first: number, count: number): Promise<void> {
  console.log(`seeds ${first} to ${first + count - 1}`);
  const began = performance.now();
  const progress = (done: number, failed: number) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count} seeds, ${failed} failed `);
  };
  const file = await bundleSimulation(folder);
  const results = await runSeeds(file, { first, count, stopAtFirst: false, progress });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const report: RunReport = reportOf(results, performance.now() - began);
  console.log(describeRun(report));
  if (Math.min(report.versions.least, report.faults.least) < least) {
    console.log(`a seed has fewer than ${least} versions or faults, and proves too little`);
    process.exitCode = 1;
  }
  if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  const [failure] = report.failures;
  if (failure) await show(failure.seed, mostTraceLines);
}

/** The end of the trace is where it went wrong. */
async function show(seed: number, most: number): Promise<void> {
  const { result, lines } = await replay(await bundleSimulation(folder), seed);
  const shown = lines.slice(-Math.min(most, lines.length));
  if (shown.length < lines.length) console.log(`… ${lines.length - shown.length} lines before`);
  for (const line of shown) console.log(line);
  console.log(`seed ${seed}: ${result.steps} steps, faults: ${result.faults.join(', ')}`);
  for (const violation of result.violations) console.log(`FAILED  ${violation}`);
  if (result.violations.length === 0) return;
  console.log(`again: npm run simulate -- --seed ${seed}`);
  process.exitCode = 1;
}

function whole(text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('a whole number from 1.');
  return Number(text);
}

function seedOf(text: string): number {
  return text === 'random' ? Math.floor(Math.random() * 1_000_000_000) : whole(text.slice(0, 10));
}
