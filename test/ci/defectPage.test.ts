import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defectPage, readDefects } from '../../.ci/defectPage.ts';
import { mutants } from '../simulation/mutants.ts';

const defects = readDefects('docs/simulation.json');

it('shows what the JSON holds', () => {
  expect(readFileSync('docs/simulation.md', 'utf8')).toBe(defectPage(defects));
});

it('has every seeded defect, each found by an invariant', () => {
  expect(defects.map(({ name }) => name)).toEqual(mutants.map(({ name }) => name));
  for (const { name, after, by } of defects)
    expect({ name, after, by }).toEqual({ name, after: expect.any(Number), by: expect.stringMatching(/^[a-z ]+: /) });
});
