import { expect } from 'vitest';
import type { Check } from '../../../../shared/smokeTest/checkFile/checkFile.ts';
import { parseCheckFile } from '../../../../shared/smokeTest/checkFile/parseCheckFile.ts';

/** Parses one text that has to be valid. */
export function parseChecks(text: string): Check[] {
  const parsed = parseCheckFile('goss.yaml', new Map([['goss.yaml', text]]));
  expect(parsed.kind === 'invalid' ? parsed.problems : []).toEqual([]);
  return parsed.kind === 'checkFile' ? parsed.file.checks : [];
}

/** The problems of one text, as a person would see them. */
export function problemsIn(text: string): string[] {
  const parsed = parseCheckFile('goss.yaml', new Map([['goss.yaml', text]]));
  return parsed.kind === 'invalid' ? parsed.problems.map(({ line, message }) => `${line}: ${message}`) : [];
}
