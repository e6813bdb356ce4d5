import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import type { Check } from '../../../../shared/smokeTest/checkFile/checkFile.ts';
import { compilePosixScript } from '../../../../shared/smokeTest/factScript/compilePosixScript.ts';
import { type CompleteAnswer, readAnswer } from '../../../../shared/smokeTest/factScript/readAnswer.ts';

export type Shell = 'dash' | 'bash' | 'busybox';
export const shells: Shell[] = ['dash', 'bash', 'busybox'];

/** All that a script may use of a machine: whoever adds to this list should ask whether every image has it. */
const tools =
  'awk cat cut date grep head kill md5sum mktemp od printf readlink rm sed setsid sha256sum sha512sum sleep sort stat timeout tr true wc'.split(
    ' ',
  );

export interface World {
  /** Programs that come first on PATH, by name: the text of a shell script. */
  programs?: Record<string, string>;
  /** Real programs that this machine has besides. */
  with?: string[];
  /** Tools that this machine lacks. */
  without?: string[];
  /** Files of this machine in place of the real ones, by path. */
  files?: Record<string, string>;
  /** Folders of the real machine that `files` stand for: their paths in the script are led there. */
  instead?: string[];
}

const root = mkdtempSync(join(tmpdir(), 'imprimatur-shells-'));
let worlds = 0;

/** Skips the tests of a block, and says why, where the machine has no such shell. */
export function useShell(shell: Shell): void {
  beforeEach((context) => {
    if (!find(shell)) context.skip(`${shell} is not installed on this machine`);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
}

export interface Run {
  stdout: string;
  stderr: string;
  status: number | null;
}

/** Runs a script by a shell, on a machine that has the tools listed above and nothing else. */
export async function runInShell(shell: Shell, script: string, world: World = {}): Promise<Run> {
  const home = join(root, String(worlds++));
  const bin = join(home, 'bin');
  const temp = join(home, 'tmp');
  for (const folder of [bin, temp]) mkdirSync(folder, { recursive: true });
  installTools(shell, bin, world.without ?? []);
  for (const name of world.with ?? []) symlinkSync(find(name) ?? name, join(bin, name));
  const programs = join(home, 'programs');
  mkdirSync(programs);
  for (const [name, text] of Object.entries(world.programs ?? {})) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  for (const [path, content] of Object.entries(world.files ?? {})) {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), content);
  }
  const led = (world.instead ?? []).reduce((text, path) => text.replaceAll(path, home + path), script);
  const file = join(home, 'script.sh');
  writeFileSync(file, led);
  return new Promise((resolve, reject) => {
    const child = spawn(join(bin, 'sh'), [file], {
      env: { PATH: [programs, bin].join(delimiter), TMPDIR: temp },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const run: Run = { stdout: '', stderr: '', status: null };
    child.stdout.on('data', (data: Buffer) => (run.stdout += data.toString('latin1')));
    child.stderr.on('data', (data: Buffer) => (run.stderr += data.toString('latin1')));
    child.on('error', reject);
    child.on('close', (status) => resolve({ ...run, status }));
  });
}

/** Compiles, runs and reads; the whole output is there. */
export async function askShell(shell: Shell, checks: Check[], world?: World): Promise<CompleteAnswer> {
  const { stdout, stderr, status } = await runInShell(shell, compilePosixScript(checks, { nonce: 'n1' }), world);
  const answer = readAnswer(checks, 'n1', stdout.slice(-4096), stdout);
  if (answer.kind !== 'complete' || status !== 0)
    throw new Error(`${JSON.stringify(answer)}, exit ${status}\n${stderr}\n${stdout}`);
  return answer;
}

function installTools(shell: Shell, bin: string, without: string[]): void {
  const path = find(shell);
  if (!path) throw new Error(`${shell} is not installed`);
  const names = shell === 'busybox' ? execFileSync(path, ['--list'], { encoding: 'utf8' }).trim().split('\n') : tools;
  for (const name of [...names, 'sh']) {
    const target = shell === 'busybox' || name === 'sh' ? path : find(name);
    if (target && !without.includes(name) && !existsSync(join(bin, name)) && isOurs(name))
      symlinkSync(target, join(bin, name));
  }
}

/** Busybox brings programs of whole distributions along, which a test has to put there itself. */
function isOurs(name: string): boolean {
  return name === 'sh' || tools.includes(name);
}

export function find(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}
