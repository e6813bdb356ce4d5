import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Mutant } from './mutants.ts';

/**
 * One file for a worker thread: the simulation with the product's own source, or with one defect in it. A defect that
 * does not fit the source any more is an error: it would prove nothing.
 */
export async function bundleSimulation(folder: string, mutant?: Mutant): Promise<string> {
  const outfile = join(folder, `${mutant?.name.replaceAll(/\W+/g, '-') ?? 'simulation'}.mjs`);
  const seeded = new Set<string>();
  await build({
    entryPoints: ['test/simulation/thread.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
    plugins: mutant ? [seed(mutant, seeded)] : [],
    banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
  });
  if (mutant && !seeded.has(mutant.file))
    throw new Error(`mutant "${mutant.name}": ${mutant.file} is not in the bundle`);
  return outfile;
}

function seed({ name, file, is, becomes }: Mutant, seeded: Set<string>): Plugin {
  return {
    name: 'seeded defect',
    setup(building) {
      building.onLoad({ filter: /shared[\\/].*\.ts$/ }, async ({ path }) => {
        if (relative(process.cwd(), path).replaceAll('\\', '/') !== file) return undefined;
        const source = await readFile(path, 'utf8');
        if (source.split(is).length !== 2) throw new Error(`mutant "${name}" does not fit ${file} any more`);
        seeded.add(file);
        return { contents: source.replace(is, () => becomes), loader: 'ts' };
      });
    },
  };
}
