/** `npm run fuzz`: many inputs over every border. */
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { borders } from './borders.ts';
import { cross } from './cross.ts';

const program = new Command('fuzz')
  .description('Takes inputs over every border of the service, about as many over each. SEED=… repeats a run.')
  .option('--inputs <count>', 'how many inputs over all borders', whole, 100_000)
  .option('--json <file>', 'writes the figures into a file')
  .parse();
const { inputs, json } = program.opts<{ inputs: number; json?: string }>();

const each = Math.ceil(inputs / borders.length);
const crossed: { border: string; inputs: number; seconds: number }[] = [];
for (const border of borders) {
  const began = performance.now();
  try {
    await cross(border, each);
  } catch (error) {
    console.log(`FAILED  ${border.name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    continue;
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  crossed.push({ border: border.name, inputs: each, seconds });
  console.log(`${String(each).padStart(7)} inputs in ${String(seconds).padStart(6)} s  ${border.name}`);
}
const taken = crossed.reduce((sum, { inputs }) => sum + inputs, 0);
console.log(`${taken} inputs over ${crossed.length} of ${borders.length} borders, no defect in them`);
if (json) await writeFile(json, `${JSON.stringify({ taken, crossed }, null, 2)}\n`);

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('a whole number from 1.');
  return Number(text);
}
