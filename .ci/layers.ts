import { globSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';

const folders = ['functions', 'shared', 'local', 'cli', 'bench'];

export interface Layers {
  files: number;
  /** What the import rule forbids, and files that were not looked at. */
  problems: string[];
}

/**
 * Holds the imports below a folder against .dependency-cruiser.cjs. A file that dependency-cruiser did not see is a
 * problem too: without a compiler that it knows, it checks nothing and is content.
 */
export async function checkLayers(baseDir: string): Promise<Layers> {
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: baseDir }));
  const { options, ...ruleSet } = await extractConfig('./.dependency-cruiser.cjs');
  const { output } = await cruise(files, { ...options, baseDir, ruleSet, validate: true });
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text');
  const seen = new Set(output.modules.map((module) => module.source));
  return {
    files: files.length,
    problems: [
      ...output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
      ...files.filter((file) => !seen.has(file)).map((file) => `not seen by the layer check: ${file}`),
    ],
  };
}
