import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { checkTypes } from '../../../../shared/smokeTest/checkFile/checkTypes.ts';
import { parseCheckFile } from '../../../../shared/smokeTest/checkFile/parseCheckFile.ts';

const folder = 'test/vectors/goss';
const files = new Map(
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
);

function parsed(name: string) {
  const result = parseCheckFile(name, files);
  expect(result.kind === 'invalid' ? result.problems : []).toEqual([]);
  return result.kind === 'checkFile' ? result : { file: { checks: [] }, sources: {} };
}

test.each([
  ['kubernetes-node.yaml', 9, 16],
  ['windows-node.yaml', 6, 12],
  ['cis-baseline.yaml', 8, 17],
  ['every-type.yaml', 23, 58],
  ['rendered.json', 2, 5],
])('%s is understood as a whole', (name, checks, assertions) => {
  const { file } = parsed(name);

  expect(file.checks).toHaveLength(checks);
  expect(file.checks.flatMap((check) => check.assertions)).toHaveLength(assertions);
});

test('every type and every attribute has an example', () => {
  const { file } = parsed('every-type.yaml');
  const used = new Set(
    file.checks.flatMap(({ type, assertions }) => assertions.map(({ attribute }) => `${type}.${attribute}`)),
  );
  const known = Object.entries(checkTypes).flatMap(([type, { attributes }]) =>
    Object.keys(attributes).map((name) => `${type}.${name}`),
  );

  expect(known.filter((name) => !used.has(name))).toEqual(['command.stderr']);
});

test('includes are relative to the including file, read once, and skipped where the file says so', () => {
  const { file, sources } = parsed('include/goss.yaml');

  expect(file.checks.map(({ type, id, at }) => `${type} ${id} (${at.file}:${at.line})`)).toEqual([
    'service ssh (include/goss.yaml:8)',
    'port tcp:443 (include/roles/web.yaml:4)',
    'service chrony (include/common/time.yaml:2)',
    'port tcp:5432 (include/roles/db-main.yaml:4)',
  ]);
  expect(Object.keys(sources)).toEqual([
    'include/goss.yaml',
    'include/roles/web.yaml',
    'include/common/time.yaml',
    'include/roles/db-main.yaml',
  ]);
});

test('what an anchor merges is overridden by what the check says itself', () => {
  const shadow = parsed('cis-baseline.yaml').file.checks.find(({ id }) => id === '/etc/shadow');

  expect(shadow?.title).toBe('6.1.3 | shadow is readable by root alone');
  expect(shadow?.assertions.map(({ attribute }) => attribute)).toEqual([
    'contents',
    'exists',
    'owner',
    'group',
    'mode',
  ]);
});
