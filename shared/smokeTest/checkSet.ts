import type { SmokeTest } from '../domain/facts.ts';
import { shortHash } from '../domain/ids.ts';
import { type BuiltInCheck, builtInChecks } from './builtInChecks.ts';
import type { Check, CheckFile } from './checkFile/checkFile.ts';
import { checkName } from './checkFile/checkName.ts';

/** All that a guest is asked: the built-in checks, the commands of the policy, the check file. */
export type CheckSet =
  | { kind: 'checks'; checks: Check[]; builtIn: BuiltInCheck[]; hash: string }
  /** The check file has mistakes: nothing can be tested, and nothing is passed. */
  | { kind: 'invalid'; problem: string };

/** `checkFile` is undefined where the policy names none. */
export function checkSetOf(smokeTest: SmokeTest, osType: 'Linux' | 'Windows', checkFile?: CheckFile): CheckSet {
  const builtIn = builtInChecks(smokeTest, osType);
  const checks = [...builtIn.map(({ check }) => check), ...commandsOf(smokeTest), ...(checkFile?.checks ?? [])];
  return { kind: 'checks', checks, builtIn, hash: shortHash(16, ...checks.map(fingerprint)) };
}

/** The names of checks that the other set does not have, or has otherwise. */
export function newOrChanged(checks: Check[], before: Check[]): Set<string> {
  const known = new Set(before.map(fingerprint));
  return new Set(checks.filter((check) => !known.has(fingerprint(check))).map(checkName));
}

/** What a check asks, wherever it stands in its file. */
function fingerprint({ at: _, ...asked }: Check): string {
  return JSON.stringify(asked);
}

/** The commands that stand in the policy itself, in the form of a check file. */
function commandsOf({ command }: SmokeTest): Check[] {
  return Object.entries(command).map(([title, { exec, timeout, 'exit-status': status }], index) => ({
    type: 'command',
    id: title,
    title,
    skip: false,
    timeoutMs: timeout,
    retries: 0,
    settings: { exec },
    assertions: [{ attribute: 'exit-status', matcher: { match: 'equal', value: status } }],
    at: { file: 'policy', line: index + 1 },
  }));
}

/** The longest that one round of these checks may take, with a minute for the transport; Azure allows 90 minutes. */
export function roundLimitMs(checks: Check[]): number {
  const checksMs = checks
    .filter(({ skip }) => !skip)
    .reduce((sum, { timeoutMs, retries }) => sum + timeoutMs * (retries + 1) + retries * 1_000, 0);
  return Math.min(5_400_000, checksMs + 60_000);
}
