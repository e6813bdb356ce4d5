import type { CheckResult } from '../domain/facts.ts';
import type { SmokeTestPolicy } from '../domain/policy.ts';

/** What `timeout` exits with. */
const lateStatus = 124;

type Commands = SmokeTestPolicy['command'];

export type FactAnswer = { kind: 'complete'; checks: CheckResult[] } | { kind: 'unusable'; reason: string };

/**
 * Judges what the script printed. Anything but exactly one line for every command, between the begin and end line with
 * our nonce, is unusable: a cut, foreign or repeated answer never passes.
 */
export function judgeAnswer(commands: Commands, nonce: string, output: string): FactAnswer {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const begin = lines.indexOf(`imprimatur-begin ${nonce}`);
  if (begin < 0) return { kind: 'unusable', reason: 'the answer does not begin with the mark of this run' };
  const named = Object.entries(commands);
  const end = lines.indexOf(`imprimatur-end ${nonce} ${named.length}`, begin);
  if (end < 0) return { kind: 'unusable', reason: 'the answer has no end mark of this run: it was cut' };

  const statuses = new Map<number, number>();
  for (const line of lines.slice(begin + 1, end)) {
    const match = /^(\d{1,4}) (\d{1,3})$/.exec(line);
    const number = Number(match?.[1]);
    if (!match || number < 1 || number > named.length || statuses.has(number))
      return { kind: 'unusable', reason: `unexpected line in the answer: ${line.slice(0, 80)}` };
    statuses.set(number, Number(match[2]));
  }
  if (statuses.size !== named.length) {
    return { kind: 'unusable', reason: `${named.length} commands were sent, ${statuses.size} answers came back` };
  }
  return {
    kind: 'complete',
    checks: named.map(([check, command], index) => judge(check, command, statuses.get(index + 1))),
  };
}

function judge(check: string, command: Commands[string], status: number | undefined): CheckResult {
  if (status === undefined) return { check, outcome: 'unknown', detail: 'no exit status' };
  const expected = command['exit-status'];
  const isLate = status === lateStatus;
  if (status === expected && !isLate) return { check, outcome: 'passed' };
  const timedOut = isLate ? ` (timed out after ${command.timeout} ms)` : '';
  return { check, outcome: 'failed', detail: `exit status ${status}, expected ${expected}${timedOut}` };
}
