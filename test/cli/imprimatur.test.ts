import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from './runCommand.ts';

test.each([
  [['--help'], /Usage: imprimatur \[options\] \[command\][\s\S]*checks[\s\S]*Exit codes: 0 all is well; 1 .*; 2 /],
  [['checks', '--help'], /Usage: imprimatur checks[\s\S]*lint \[options\] <file>/],
  [['teams', '--help'], /list[\s\S]*show[\s\S]*put[\s\S]*apply[\s\S]*remove[\s\S]*test[\s\S]*listen/],
  [['teams', 'put', '--help'], /--image <pattern>[\s\S]*--sql <filter>[\s\S]*--me/],
  [['plan', '--help'], /Usage: imprimatur plan[\s\S]*publish[\s\S]*rollback[\s\S]*quarantine/],
  [['checks', 'lint', '--help'], /Usage: imprimatur checks lint \[options\] <file>[\s\S]*--os[\s\S]*--json/],
])('%j explains itself', async (args, text) => {
  const { exitCode, stdout } = await runCommand(args);

  expect(stdout).toMatch(text);
  expect(exitCode).toBe(0);
});

test.each([
  [['teams', 'put', 'web', '--api', 'https://x'], 'error: say for which application to sign in'],
  [['teams', 'apply', 'none.yaml'], 'error: none.yaml cannot be read'],
  [['pause', '--reason', 'outage'], 'error: name an image definition, or --all'],
  [['chekcs'], "error: unknown command 'chekcs'"],
  [['checks', 'lint'], "error: missing required argument 'file'"],
  [['checks', 'lint', 'x.yaml', '--os', 'plan9'], 'Allowed choices are linux, windows.'],
  [['checks', 'lint', 'test/vectors/goss/none.yaml'], 'error: test/vectors/goss/none.yaml cannot be read'],
  [['checks', 'lint', 'test/vectors/goss'], 'error: test/vectors/goss cannot be read'],
])('%j is wrong usage, which ends with 2', async (args, message) => {
  const { exitCode, stderr } = await runCommand(args);

  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});

test('an older Node of the machine is replaced by the one in node_modules', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'launcher-'));
  const older = join(folder, 'older.cjs');
  await writeFile(
    older,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });",
  );

  const { exitCode, stdout } = await runCommand(
    ['checks', 'lint', 'test/vectors/goss/rendered.json'],
    ['--require', older],
  );
  await rm(folder, { recursive: true });

  expect(stdout).toBe('test/vectors/goss/rendered.json: 2 checks, 5 assertions, at worst 10 s\n');
  expect(exitCode).toBe(0);
});
