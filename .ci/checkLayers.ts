/**
 * Runs dependency-cruiser and fails when it saw fewer modules than there are source files: without a TypeScript
 * compiler that it knows, it checks nothing and exits green.
 */
import { globSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';

const folders = ['functions', 'shared', 'local', 'cli', 'bench'];
const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`));
const { options, ...ruleSet } = await extractConfig('./.dependency-cruiser.cjs');
const result = await cruise(files, { ...options, ruleSet, validate: true, outputType: 'json' });
const output: unknown = typeof result.output === 'string' ? JSON.parse(result.output) : result.output;
const { modules, summary } = output as { modules: { source: string }[]; summary: Summary };
type Summary = { violations: { from: string; to: string; rule: { name: string } }[] };

const seen = new Set(modules.map((module) => module.source));
const unseen = files.filter((file) => !seen.has(file));
for (const violation of summary.violations) {
  console.error(`${violation.rule.name}: ${violation.from} → ${violation.to}`);
}
for (const file of unseen) console.error(`not seen by the layer check: ${file}`);
console.log(`layers: ${files.length} files checked, ${summary.violations.length} violations`);
process.exit(summary.violations.length + unseen.length === 0 ? 0 : 1);
