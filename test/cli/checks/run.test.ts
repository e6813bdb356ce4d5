import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeResults, isPassed } from '../../../cli/checks/describeResults.ts';
import { watchGuest } from '../../../cli/checks/watchGuest.ts';
import { readGuestImage } from '../../../local/vm/guestImage.ts';
import { parseCheckFile } from '../../../shared/smokeTest/checkFile/parseCheckFile.ts';
import { runCommand } from '../runCommand.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(yaml: string, image = 'healthy', more: string[] = []) {
  const file = join(folder, `${Math.random()}.yaml`);
  await writeFile(file, yaml);
  const ended = await runCommand(['checks', 'run', file, '--guest', `local/images/${image}.yaml`, ...more]);
  return { ...ended, stdout: ended.stdout.replaceAll(file, 'FILE') };
}

describe('checks run', () => {
  test('ends with 0 when all holds, however long the guest would have slept', async () => {
    const { exitCode, stdout, stderr } = await run(
      'service: {nginx: {running: true}}\ncommand: {sleep 600: {exit-status: 0, timeout: 900000, title: it takes its time}}',
    );

    expect(stdout).toBe('passed       service nginx\npassed       it takes its time\n2 of 2 checks passed\n');
    // A busy machine may need long enough for a line of progress.
    expect(stderr.replaceAll(/^.*: running \d+ checks, \d+ s\n/gm, '')).toBe('');
    expect(exitCode).toBe(0);
  });

  test('says what was expected and what is there, and ends with 1', async () => {
    const { exitCode, stdout } = await run(
      'service: {nginx: {running: true}}\nport: {"tcp:22": {listening: true}}\naddr: {"far:1": {reachable: true, skip: true}}',
      'broken-service',
    );

    expect(stdout).toBe(
      [
        'failed       service nginx: running: expected true, got false',
        'passed       port tcp:22',
        'skipped      addr far:1',
        '1 of 3 checks passed',
        '',
      ].join('\n'),
    );
    expect(exitCode).toBe(1);
  });

  test('prints data when asked to', async () => {
    const { exitCode, stdout } = await run('process: {nginx: {running: false}}', 'healthy', ['--json']);

    expect(JSON.parse(stdout)).toEqual({
      passed: false,
      kind: 'answered',
      results: [{ check: 'process nginx', outcome: 'failed', detail: 'running: expected false, got true' }],
    });
    expect(exitCode).toBe(1);
  });

  test('names the mistakes of a file by their lines instead of running it', async () => {
    const { exitCode, stdout } = await run('service:\n  nginx: {runing: true}');

    expect(stdout).toBe('FILE:2: service has no "runing" (did you mean running?)\n');
    expect(exitCode).toBe(1);
    const json = await run('service:\n  nginx: {runing: true}', 'healthy', ['--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ passed: false, problems: [{ line: 2 }] });
  });

  test.each([
    ['kernel-panic', 'its kernel panics at boot'],
    ['agent-never-ready', 'its agent never gets ready'],
  ])('passes nothing in %s', async (image, reason) => {
    const { exitCode, stdout } = await run('process: {nginx: {running: true}}', image);

    expect(stdout).toBe(`local/images/${image}.yaml: no check was answered: ${reason}\n`);
    expect(exitCode).toBe(1);
  });

  test('passes no file of which everything is skipped', async () => {
    expect(await run('process: {nginx: {running: true, skip: true}}')).toMatchObject({
      exitCode: 1,
      stdout: 'skipped      process nginx\n0 of 1 checks passed\n',
    });
  });

  test.each([
    [['docs/samples/checks.yaml'], "required option '--guest <image>' not specified"],
    [['docs/samples/none.yaml', '--guest', 'local/images/healthy.yaml'], 'docs/samples/none.yaml cannot be read'],
    [['docs/samples/checks.yaml', '--guest', 'healthy'], 'healthy is no guest image: its name does not end with .yaml'],
    [['docs/samples/checks.yaml', '--guest', 'local/images/none.yaml'], 'local/images/none.yaml cannot be read'],
    [
      ['docs/samples/checks.yaml', '--guest', 'docs/samples/checks.yaml'],
      'docs/samples/checks.yaml is not a guest image',
    ],
  ])('%j is wrong usage', async (args, message) => {
    const { exitCode, stderr } = await runCommand(['checks', 'run', ...args]);

    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

test('a guest that gives no answer is ended, and told of', async () => {
  const parsed = parseCheckFile('a', new Map([['a', 'process: {nginx: {running: true}}']]));
  if (parsed.kind === 'invalid') throw new Error('a valid file');
  const image = await readGuestImage('local/images', 'healthy');

  expect(await watchGuest({ file: parsed.file, image }, () => {}, 1)).toEqual({
    kind: 'unanswered',
    reason: 'it had not answered after 0.001 s',
  });
});

test('what is known, flaky or unknown is told apart', () => {
  const results = [
    { check: 'a', outcome: 'knownIssue', ticket: 'OPS-1', detail: 'running: expected true, got false' },
    { check: 'b', outcome: 'passed', tries: 2, flaky: true },
    { check: 'c', outcome: 'unknown', detail: 'status: timed out' },
  ] as const;

  expect(describeResults([...results])).toEqual([
    'known issue  a (OPS-1): running: expected true, got false',
    'passed       b (flaky: at try 2)',
    'unknown      c: status: timed out',
    '1 of 3 checks passed',
  ]);
  expect(isPassed(results.slice(0, 2))).toBe(true);
  expect(isPassed([...results])).toBe(false);
});
