import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from './runCommand.ts';

let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'));
  file = join(folder, 'policy.yaml');
  const rules = `rules:
  - { name: windows, match: { image: 'win-*' }, mode: observe }
  - { name: databases, match: { gallery: 'corp*', image: 'pg-*' }, mode: enforce }
`;
  await writeFile(file, `version: 1\n${rules}`);
  await writeFile(join(folder, 'bad.yaml'), 'version: 1\nmode: enforced\nrelease: { rings: [] }\n');
});
afterAll(() => rm(folder, { recursive: true }));

it('says which rule holds for an image, and why not the others', async () => {
  const { exitCode, stdout } = await runCommand(['policy', 'explain', file, '--image', 'corpGallery/pg-16']);

  expect(exitCode).toBe(0);
  expect(stdout).toContain('rule windows does not match: gallery *, image win-*');
  expect(stdout).toContain('rule databases holds, the first that matches: gallery corp*, image pg-*');
  expect(stdout).toContain('"mode": "enforce"');
});

it('says that the defaults hold where no rule matches', async () => {
  const { stdout } = await runCommand(['policy', 'explain', file, '--image', 'other/ubuntu', '--json']);

  expect(JSON.parse(stdout)).toMatchObject({ rule: null, policy: { mode: 'test' } });
});

it('names every mistake with line and column, and ends with 1', async () => {
  const { exitCode, stdout } = await runCommand(['policy', 'check', join(folder, 'bad.yaml')]);

  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/line 2, column \d+/);
  expect(stdout).toMatch(/line 3, column \d+/);
});

it('says that a good file is good', async () => {
  expect(await runCommand(['policy', 'check', file])).toMatchObject({
    exitCode: 0,
    stdout: `${file}: valid, 2 rules\n`,
  });
});

it('warns of a group that a member in a quieter mode holds, by line and column; the file can be used', async () => {
  const mixed = join(folder, 'mixed.yaml');
  const rules = "rules: [{ name: windows, match: { image: 'win-*' }, mode: test }]";
  await writeFile(mixed, `version: 1\nmode: enforce\n${rules}\ngroups:\n  - { name: all, images: [ubuntu, win-11] }\n`);
  const message =
    'groups.0.images.1: win-11 has mode test and ubuntu has enforce: no version of the group all is published';

  expect(await runCommand(['policy', 'check', mixed])).toMatchObject({
    exitCode: 0,
    stdout: `${mixed}: warning: line 5, column 35: ${message}\n${mixed}: valid, 1 rule\n`,
  });
});

it('ends with 2 for what is no file, or no image', async () => {
  expect((await runCommand(['policy', 'check', 'none.yaml'])).exitCode).toBe(2);
  expect((await runCommand(['policy', 'explain', file, '--image', 'ubuntu'])).exitCode).toBe(2);
});
