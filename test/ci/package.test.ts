import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../.ci/bundle.ts';
import { measurePackage, type PackageMeasures } from '../../.ci/measurePackage.ts';
import packageJson from '../../package.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'package-'));
let measures: PackageMeasures;
beforeAll(async () => {
  await bundle(folder, { sourcemap: false });
  measures = await measurePackage(folder, 1);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the package is the bundle, host.json and a bare package.json, and loads with nothing beside it', () => {
  expect(measures.files.map(({ name }) => name)).toEqual(['host.json', 'main.mjs', 'package.json']);
  expect(readFileSync(join(folder, 'host.json'), 'utf8')).toBe(readFileSync('host.json', 'utf8'));
  const { name, version } = packageJson;
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toEqual({
    name,
    version,
    private: true,
    type: 'module',
    main: 'main.mjs',
  });
  expect(measures.loadMilliseconds).toBeGreaterThan(0);
  expect(measures.compressedBytes).toBeLessThan(measures.bytes);
});

test('the package is small enough that a new instance has it at once: below 2 MiB as it travels', () => {
  expect(measures.compressedBytes).toBeLessThan(2 * 1_048_576);
});

test('no stand-in and no path of this machine is in it', () => {
  const code = readFileSync(join(folder, 'main.mjs'), 'utf8');

  expect(code).not.toContain(process.cwd());
  expect([...code.matchAll(/^\/\/ ((?:local|test|cli|bench)\/.*)$/gm)].map(([, path]) => path)).toEqual([]);
});

test('npm run package says how big it is and how long it takes to load', () => {
  const printed = execFileSync('npm', ['run', '--silent', 'package', '--', folder], { encoding: 'utf8' });

  expect(printed).toMatch(/^main\.mjs +\d+\.\d\d MiB$/m);
  expect(printed).toMatch(/^3 files, \d+\.\d\d MiB, compressed \d+\.\d\d MiB$/m);
  expect(printed).toMatch(/^loads in \d+ ms \(median of 5, Node\.js 24\..*\)$/m);
}, 180_000);
