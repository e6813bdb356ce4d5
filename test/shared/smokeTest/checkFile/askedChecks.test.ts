import { expect, test } from 'vitest';
import { askedChecks } from '../../../../shared/smokeTest/checkFile/askedChecks.ts';
import type { Check, CheckFile } from '../../../../shared/smokeTest/checkFile/checkFile.ts';
import { checkTypes } from '../../../../shared/smokeTest/checkFile/checkTypes.ts';

const check = (id: string, over: Partial<Check> = {}): Check => ({
  type: 'service',
  id,
  skip: false,
  timeoutMs: 1_000,
  retries: 0,
  settings: { name: id },
  assertions: [{ attribute: 'running', matcher: { match: 'equal', value: true } }],
  at: { file: 'goss.yaml', line: 1 },
  ...over,
});

test('asks the guest neither for what is skipped nor for what is judged without it', () => {
  const file: CheckFile = {
    checks: [check('a'), check('b', { skip: true }), check('c', { type: 'matching', content: 1 }), check('d')],
  };

  expect(askedChecks(file.checks).map(({ id }) => id)).toEqual(['a', 'd']);
});

test.each(Object.entries(checkTypes))('the table of %s speaks of attributes and settings that it has', (_, row) => {
  const attributes = Object.keys(row.attributes);

  expect(attributes).toEqual(expect.arrayContaining([row.required, row.presence].filter((name) => name !== undefined)));
  expect(attributes).toEqual(expect.arrayContaining(Object.values(row.aliases ?? {})));
  expect([...attributes, ...Object.keys(row.aliases ?? {})]).not.toContain(row.subject);
  expect(Object.keys(row.settings)).not.toContain(row.subject);
});
