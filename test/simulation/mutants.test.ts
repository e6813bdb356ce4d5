import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mutants } from './mutants.ts';

it.each(mutants.map(({ name, ...mutant }) => [name, mutant] as const))(
  'the defect fits its source: %s',
  (_, mutant) => {
    expect(readFileSync(mutant.file, 'utf8').split(mutant.is)).toHaveLength(2);
  },
);
