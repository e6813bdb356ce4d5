import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

export interface ScriptRun {
  wallMs: number;
  /** User and system time of all commands, in milliseconds. */
  processorMs: number;
}

/** Runs the usual script, signed in by `env`. */
export async function runScript(env: Record<string, string>): Promise<ScriptRun> {
  const begun = performance.now();
  const { stderr } = await execa('bash', [join(import.meta.dirname, 'publish.sh')], { env });
  const seconds = stderr.split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return { wallMs: performance.now() - begun, processorMs: seconds.reduce((sum, part) => sum + part, 0) * 1_000 };
}

/** Runs it once more, with each command's own log in `folder`: how many calls of Resource Manager they made. */
export async function countCalls(env: Record<string, string>, folder: string): Promise<number> {
  await runScript({ ...env, AZURE_LOGGING_ENABLE_LOG_FILE: 'true', AZURE_LOGGING_LOG_DIR: folder });
  const names = await readdir(folder);
  const logs = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return logs.flatMap((log) => log.match(/"[A-Z]+ \/subscriptions\/\S* HTTP\/1\.1" \d+/g) ?? []).length;
}
