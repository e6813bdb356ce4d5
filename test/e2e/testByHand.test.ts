import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDemo } from '../../local/demo/runDemo.ts';
import { stories } from '../../local/demo/stories.ts';
import { galleryId } from '../../local/stack/names.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { startTestStack } from './testStack.ts';

let folder: string;
let stack: Stack;
const told = stories.filter(({ expected }) => expected === 'quarantined');
const version = told.map(({ image, version }) => `${image}/${version}`).join();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'by-hand-'));
  stack = await startTestStack('by-hand');
  await mkdir(join(folder, '.local'));
  await writeFile(join(folder, '.local/endpoints.json'), JSON.stringify(stack.endpoints));
  await runDemo(stack, { stories: told, teams: [], limitMs: 120_000, print: () => undefined });
}, 150_000);
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

function imprimatur(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [resolve('cli/imprimatur.cjs'), ...args], { cwd: folder }, (error, stdout, stderr) => {
      done({ exitCode: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

test('a quarantined version explains itself on one screen', async () => {
  const { exitCode, stdout, stderr } = await imprimatur('why', version);

  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('quarantined: ');
  expect(stdout).toContain('failed  web server is active: exit-status: expected 0, got 3');
  expect(stdout).toMatch(/Serial log, its end\n(.*\n)*.*nginx/);
  expect(stdout).toMatch(/junit\.xml\n/);
  expect(stdout).toContain('Next: mend the image');
  expect(stdout.split('\n').length).toBeLessThan(60);
});

test('tested by hand with another check file, it fails again, and nothing comes of it', async () => {
  await writeFile(join(folder, 'checks.yaml'), 'file:\n  /etc/nothing:\n    exists: true\n');

  const where = ['--size', 'Standard_D2s_v5', '--region', 'westeurope'];
  const failed = await imprimatur('test', version, '--checks', 'checks.yaml', ...where, '--keep', '30m');
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toMatch(/\d s {2}boots/);
  expect(failed.stdout).toContain('tested: ');
  expect(failed.stdout).toContain('/etc/nothing');
  expect(failed.stdout).toContain('1. Standard_D2s_v5 in westeurope, failed, ');
  expect(failed.stdout).toMatch(/Next: look into VM imp-\S+, which stays until 20/);
  const history = await imprimatur('checks', 'history', `${galleryId}/images/${version.split('/')[0]}`);
  expect(history.stdout).toMatch(/web server is active +2 +2 +0 +0 +0 %/);
  const versions = JSON.parse((await imprimatur('versions', '--json')).stdout).versions;
  expect(versions.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['quarantined']);
}, 120_000);

test('--wait follows a request until it has taken effect, or does not any more', async () => {
  const patient = ['--reason', 'mended?', '--wait', '--timeout', '100s'];

  const again = await imprimatur('retest', version, ...patient);
  expect(again).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^accepted: .*\nfailed: .*failed/m) });
  expect(again.stderr).toContain('is tested again');
  const definition = `${galleryId}/images/${version.split('/')[0]}`;
  const paused = await imprimatur('pause', definition, ...patient);
  expect(paused).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^accepted: .*\ndone: /m) });
}, 240_000);

test('says what is wrong with what it is asked', async () => {
  expect(await imprimatur('why', 'nothing/1.0.0')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there is no image definition nothing'),
  });
  expect(await imprimatur('test', version, '--keep', 'long')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--keep takes minutes or hours'),
  });
  expect(await imprimatur('test', version.replace(/[^/]+$/, '9.9.9'))).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('9.9.9 is not known here'),
  });
});
