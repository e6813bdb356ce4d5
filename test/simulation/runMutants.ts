import { writeFile } from 'node:fs/promises';
import { bundleSimulation } from './bundle.ts';
import { mutants } from './mutants.ts';
import { runSeeds } from './threads.ts';

/** Runs every seeded defect until a seed finds it; one that none finds is a hole in the checks. */
export async function runMutants(folder: string, seeds: number, json?: string): Promise<void> {
  const found: { name: string; after?: number; by?: string }[] = [];
  for (const mutant of mutants) {
    const file = await bundleSimulation(folder, mutant);
    const results = await runSeeds(file, { first: 1, count: seeds, stopAtFirst: true });
    const failure = results.find(({ violations }) => violations.length > 0);
    found.push({ name: mutant.name, ...(failure && { after: failure.seed, by: failure.violations[0] ?? '' }) });
    console.log(
      failure ? `${mutant.name}: seed ${failure.seed}, ${failure.violations[0]}` : `NOT FOUND  ${mutant.name}`,
    );
    if (!failure) process.exitCode = 1;
  }
  if (json) await writeFile(json, `${JSON.stringify(found, null, 2)}\n`);
}
