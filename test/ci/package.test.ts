import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BundledModules, bundle } from '../../.ci/bundle.ts';
import { measurePackage, type PackageMeasures } from '../../.ci/measurePackage.ts';
import packageJson from '../../package.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'package-'));
let measures: PackageMeasures;
let modules: BundledModules;
beforeAll(async () => {
  modules = await bundle(folder, { sourcemap: false });
  measures = await measurePackage(folder, 1);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the package is the bundle, host.json and a bare package.json, and loads with nothing beside it', () => {
  const names = measures.files.map(({ name }) => name);
  expect(names.filter((name) => !/^[\w.-]+-[A-Z0-9]{8}\.mjs$/.test(name))).toEqual([
    'host.json',
    'main.mjs',
    'package.json',
  ]);
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

test('what registers the functions and checks the settings is all that is loaded at the start', () => {
  const packages = (paths: string[]) =>
    new Set(paths.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));

  expect([...packages(modules.start)].sort()).toEqual([
    '@azure/functions',
    '@azure/functions-extensions-base',
    'cookie',
    'ipaddr.js',
    'zod',
  ]);
  expect(modules.start.filter((path) => /^shared\/(api|azure|smokeTest|workflow)\//.test(path))).toEqual([]);
});

test('what only HTTP requests or events need is not loaded with the step', () => {
  const onDemand = /^(shared\/api\/|node_modules\/(hono|jose|@hono\/zod-openapi|@azure\/eventgrid)\/)/;

  expect(modules.work).toContain('shared/workflow/step.ts');
  expect(modules.work.filter((path) => onDemand.test(path))).toEqual([]);
  expect(modules.all.filter((path) => onDemand.test(path))).toContain('shared/api/createApi.ts');
});

test('zod speaks English only', () => {
  expect(modules.all.filter((path) => path.includes('/zod/v4/locales/'))).toEqual([
    'node_modules/zod/v4/locales/en.js',
  ]);
});

test('no stand-in and no path of this machine is in it', () => {
  const bundled = measures.files.filter(({ name }) => name.endsWith('.mjs'));
  const code = bundled.map(({ name }) => readFileSync(join(folder, name), 'utf8')).join('\n');

  expect(code).not.toContain(process.cwd());
  expect(modules.all.filter((path) => /^(local|test|cli|bench)\//.test(path))).toEqual([]);
});

test('npm run package says how big it is and how long it takes to load', () => {
  const printed = execFileSync('npm', ['run', '--silent', 'package', '--', folder], { encoding: 'utf8' });

  expect(printed).toMatch(/^main\.mjs +\d+\.\d\d MiB$/m);
  expect(printed).toMatch(/^\d+ files, \d+\.\d\d MiB, compressed \d+\.\d\d MiB$/m);
  expect(printed).toMatch(/^loads in \d+ ms \(median of 5, Node\.js 24\..*\)$/m);
}, 180_000);
