import { askedChecks, isAsked } from '../checkFile/askedChecks.ts';
import type { Check, GuestFact } from '../checkFile/checkFile.ts';
import { readCompact } from './readCompact.ts';
import { readFull } from './readFull.ts';
import { type AnsweredValue, toFact } from './toFact.ts';

export type Answer =
  | { kind: 'unusable'; reason: string }
  /** The guest still has the boot that the script was told of: the restart has not happened yet. */
  | { kind: 'sameBoot' }
  | CompleteAnswer;

export interface CompleteAnswer {
  kind: 'complete';
  /** `readyMs`: from the start of the kernel to the end of the boot, where the guest can tell. */
  boot: { id: string; readyMs?: number };
  elapsedMs: number;
  /** For each of the checks given, one fact per assertion; none for a check that the guest is not asked about. */
  facts: GuestFact[][];
  /** How often each of them was tried; 0 where the guest is not asked. */
  tries: number[];
  /** How many values found no room in the compact section. */
  cut: number;
}

/**
 * Reads what a fact script printed: `output` is its end, at most 4,096 bytes, as Azure shows it; `full` all of it, where a
 * blob has it. Anything but one whole frame with our nonce is unusable, so that a cut, foreign, repeated or made-up answer
 * never passes. A check's own output cannot imitate ours by chance: it goes to files, not to the output of the script. A
 * guest that sets out to do so can, since root of the image can read the script and its nonce: an image can lie about
 * itself, and only about itself.
 */
export function readAnswer(checks: Check[], nonce: string, output: string, full?: string): Answer {
  const asked = askedChecks(checks);
  const sizes = asked.map(({ assertions }) => assertions.length);
  const compact = readCompact(output, nonce, sizes);
  if (compact.kind !== 'complete') return compact;

  const whole = full === undefined ? undefined : readFull(full, nonce, sizes);
  if (whole && whole.statuses !== compact.statuses) {
    return { kind: 'unusable', reason: 'the whole output and its end say different things' };
  }
  const values = new Map<string, AnsweredValue>([...compact.values, ...(whole?.values ?? [])]);
  let position = 0;
  const found = asked.map(({ assertions }, check) =>
    assertions.map((_, assertion) =>
      toFact(compact.statuses.charAt(position++), values.get(`${check + 1}.${assertion + 1}`)),
    ),
  );
  return {
    kind: 'complete',
    boot: compact.boot,
    elapsedMs: compact.elapsedMs,
    facts: placed(checks, found, []),
    tries: placed(
      checks,
      asked.map((_, index) => compact.tries.get(index + 1) ?? 1),
      0,
    ),
    cut: compact.cut,
  };
}

/** What belongs to the checks asked, at their places among all. */
function placed<T>(checks: Check[], found: T[], otherwise: T): T[] {
  const rest = found.values();
  return checks.map((check) => (isAsked(check) ? (rest.next().value ?? otherwise) : otherwise));
}
