import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { mutants } from '../test/simulation/mutants.ts';

const found = z.array(
  z.object({ name: z.string(), after: z.number().exactOptional(), by: z.string().exactOptional() }),
);
export type FoundDefects = z.infer<typeof found>;

const head = `# What the simulation finds

<!-- Generated from docs/simulation.json by "npm run docs". -->

\`npm run simulate\` runs the workflow under faults, a seed at a time, and holds every effect against the invariants of
[the design](design.md#invariants). Whether these checks bite was tried with \`npm run simulate -- --mutants --json docs/simulation.json\`:
each defect below was built into the product on its own, and seeds from 1 on were run until one broke an invariant.

| defect | in | broken invariant | seed |
| --- | --- | --- | --- |`;

/** What `npm run simulate -- --mutants --json FILE` wrote. */
export function readDefects(file: string): FoundDefects {
  return found.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** docs/simulation.md: defect, file, the invariant that found it and the seed that broke it. */
export function defectPage(defects: FoundDefects): string {
  const rows = defects.map(({ name, after, by }) => {
    const file = mutants.find((mutant) => mutant.name === name)?.file ?? '';
    return `| ${name} | \`${file}\` | ${by?.split(':')[0] ?? 'none'} | ${after ?? 'not found'} |`;
  });
  return [head, ...rows, ''].join('\n');
}
