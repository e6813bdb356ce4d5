import { decodeValue } from './encodedValue.ts';
import { framedLines } from './framedLines.ts';
import { type AnsweredValue, statusLetters } from './toFact.ts';

type Compact =
  | { kind: 'unusable'; reason: string }
  | { kind: 'sameBoot' }
  | {
      kind: 'complete';
      boot: { id: string; readyMs?: number };
      elapsedMs: number;
      statuses: string;
      tries: Map<number, number>;
      /** By `CHECK.ASSERTION`. */
      values: Map<string, AnsweredValue>;
      cut: number;
    };

/**
 * Reads the compact section, at the very end of an output and never more than 4,000 bytes. `sizes` is the number of
 * assertions of each check asked. Checks and assertions are counted from 1:
 *
 *     imprimatur-begin NONCE
 *     boot BOOTID READYMS ELAPSEDMS      READYMS from the start of the kernel to the end of the boot, or `-`
 *     s STATUSES                         a letter per assertion (see toFact.ts), check after check
 *     r CHECK TRIES                      where it was more than one
 *     d CHECK.ASSERTION ENCODEDVALUE     the beginnings of values, as far as they fit
 *     cut COUNT                          how many of the lines `r` and `d` did not fit
 *     imprimatur-end NONCE ASSERTIONS
 *
 * A guest that was not restarted yet says only `same-boot` between the marks.
 */
export function readCompact(output: string, nonce: string, sizes: number[]): Compact {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const lines = framedLines(output, `imprimatur-begin ${nonce}`, `imprimatur-end ${nonce}`);
  if (typeof lines === 'string') return unusable(lines);
  if (lines.after !== '') return unusable('something follows the end mark of the answer');
  const [boot = '', statusLine = '', ...rest] = lines.between;
  if (boot === 'same-boot' && lines.between.length === 1 && lines.count === 0) return { kind: 'sameBoot' };
  if (lines.count !== total) return unusable(`${total} assertions were sent, ${lines.count} answers are announced`);

  const [, id = '', ready, elapsed] = /^boot ([\w.:+-]{1,64}) (-|\d{1,12}) (\d{1,12})$/.exec(boot) ?? [];
  if (elapsed === undefined) return unusable(unexpected(boot));
  const statuses = statusLine.slice(2).trimEnd();
  if (!`${statusLine} `.startsWith('s ') || statuses.length !== total) {
    return unusable(`${total} assertions were sent, ${statuses.length} statuses came back`);
  }
  if ([...statuses].some((letter) => !statusLetters.includes(letter))) return unusable('an unknown status');
  const details = readDetails(rest, sizes);
  if (typeof details === 'string') return unusable(details);
  return {
    kind: 'complete',
    boot: { id, ...(ready !== '-' && { readyMs: Number(ready) }) },
    elapsedMs: Number(elapsed),
    statuses,
    ...details,
  };
}

/** The lines `r`, `d` and `cut`, each at most once; the last is `cut`. A text says what is wrong. */
function readDetails(lines: string[], sizes: number[]) {
  const tries = new Map<number, number>();
  const values = new Map<string, AnsweredValue>();
  const cut = /^cut (\d{1,5})$/.exec(lines.at(-1) ?? '')?.[1];
  if (cut === undefined) return 'the answer does not say how much of it was cut';
  for (const line of lines.slice(0, -1)) {
    const [, check, times] = /^r (\d{1,4}) (\d{1,4})$/.exec(line) ?? [];
    const [, place = '', encoded] = /^d (\d{1,4}\.\d{1,4}) (\S+)$/.exec(line) ?? [];
    const value = encoded === undefined ? undefined : decodeValue(encoded);
    if (times !== undefined && sizes[Number(check) - 1] !== undefined && !tries.has(Number(check))) {
      tries.set(Number(check), Number(times));
    } else if (value && isPlace(place, sizes) && !values.has(place)) values.set(place, value);
    else return unexpected(line);
  }
  return { tries, values, cut: Number(cut) };
}

export function isPlace(place: string, sizes: number[]): boolean {
  const [check, assertion] = place.split('.').map(Number);
  const isCanonical = place === `${check}.${assertion}`;
  return isCanonical && Number(assertion) >= 1 && Number(assertion) <= (sizes[Number(check) - 1] ?? 0);
}

function unexpected(line: string): string {
  return `unexpected line in the answer: ${line.slice(0, 80)}`;
}

function unusable(reason: string): { kind: 'unusable'; reason: string } {
  return { kind: 'unusable', reason };
}
