import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lint } from '../../../cli/checks/lint.ts';
import { runCommand } from '../runCommand.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lint-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return join(folder, 'goss.yaml');
}

const service = (name: string) => `service: {${name}: {running: true}}`;

describe('a file that can be used', () => {
  test('is summed up, with all that it includes', async () => {
    const main = await write({
      'goss.yaml':
        'gossfile: {roles/*/goss.yaml: {}, "../goss.d/t?me.yaml": {}}\nmatching: {x: {content: 1, matches: 1, skip: true}}'.replace(
          '../',
          `../${folder.split('/').at(-1)}/`,
        ),
      'roles/web/goss.yaml':
        'gossfile: {../../common.yaml: {}}\nprocess: {nginx: {running: true, timeout: 60000, retry: 1}}',
      'roles/db/goss.yaml': service('postgresql'),
      'roles/readme.txt': 'no folder',
      'common.yaml': service('ssh'),
      'goss.d/time.yaml': service('chrony'),
      'goss.d/times.yaml': 'not included',
    });

    expect(await lint(main, undefined)).toEqual({
      problems: [],
      warnings: [],
      files: ['goss.yaml', 'roles/db/goss.yaml', 'roles/web/goss.yaml', 'common.yaml', 'goss.d/time.yaml'].map((name) =>
        join(folder, name),
      ),
      checks: 5,
      skipped: 1,
      assertions: 5,
      worstCaseSeconds: 135,
      summary: `${main}: 5 checks (1 skipped), 5 assertions, at worst 2 min 15 s`,
    });
  });

  test('whose every check is skipped has a warning: nothing would pass', async () => {
    const main = await write({ 'goss.yaml': 'service: {ssh: {running: true, skip: true}}' });

    expect((await lint(main, undefined)).warnings).toEqual([
      { file: main, line: 1, message: 'every check is skipped: nothing would pass' },
    ]);
  });

  test('is named by the path that it was asked for', async () => {
    const { exitCode, stdout } = await runCommand([
      'checks',
      'lint',
      './test/vectors/goss/include/goss.yaml',
      '--json',
    ]);

    expect(JSON.parse(stdout)).toMatchObject({
      problems: [],
      files: [
        'test/vectors/goss/include/goss.yaml',
        'test/vectors/goss/include/roles/web.yaml',
        'test/vectors/goss/include/common/time.yaml',
        'test/vectors/goss/include/roles/db-main.yaml',
      ],
    });
    expect(exitCode).toBe(0);
  });

  test('may ask what no Windows guest can answer, which is a warning', async () => {
    const main = await write({
      'goss.yaml':
        'service: {a: {running: true, runlevels: ["3"]}}\nkernel-param:\n  b: {value: 1}\n  c: {value: 1, skip: true}\n',
    });

    const { exitCode, stdout } = await runCommand(['checks', 'lint', main, '--os', 'windows']);

    expect(stdout.split('\n')).toEqual([
      `${main}:1: warning: a Windows guest cannot be asked for runlevels of service a`,
      `${main}:3: warning: a Windows guest cannot be asked for kernel-param b`,
      `${main}: 3 checks (1 skipped), 4 assertions, at worst 10 s`,
      '',
    ]);
    expect(exitCode).toBe(0);
    expect((await lint(main, 'linux')).warnings).toEqual([]);
  });
});

describe('a file with problems', () => {
  test('has them listed by file and line, without colours in a pipe, and ends with 1', async () => {
    const main = await write({
      'goss.yaml': `gossfile:\n  more.yaml: {}\n  none.yaml: {}\n  x/*.yaml: {}\n${service('ssh')}`,
      'more.yaml': 'service:\n  web: {runing: true}\n',
    });

    const { exitCode, stdout } = await runCommand(['checks', 'lint', main]);

    expect(stdout.split('\n')).toEqual([
      `${main}:3: there is no file "${join(folder, 'none.yaml')}"`,
      `${main}:4: no file matches "${join(folder, 'x/*.yaml')}"`,
      `${folder}/more.yaml:2: service has no "runing" (did you mean running?)`,
      `${main}: 3 problems`,
      '',
    ]);
    expect(exitCode).toBe(1);
  });

  test('has them as data, too', async () => {
    const main = await write({ 'goss.yaml': 'service: {}' });

    const { exitCode, stdout } = await runCommand(['checks', 'lint', main, '--json']);

    expect(JSON.parse(stdout)).toMatchObject({
      problems: [{ file: main, line: 1, message: 'yields no checks' }],
      summary: `${main}: 1 problem`,
    });
    expect(exitCode).toBe(1);
  });
});
