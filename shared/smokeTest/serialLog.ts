import { BootCount } from './bootCount.ts';
import type { SerialFinding } from './serialFinding.ts';
import type { SerialKind } from './serialKinds.ts';
import { type Severity, serialPatterns } from './serialPatterns.ts';

/** Longer logs lose their middle: what broke stands near the beginning or near the end. */
const longestLog = 1_000_000;
const longestLine = 2_000;
const mostOfOneKind = 5;
/** Console escape sequences and other control characters; built from codes so that none stands in the source. */
const [esc, bell] = [String.fromCharCode(27), String.fromCharCode(7)];
const escapes = new RegExp(
  `${esc}(?:\\[[0-9;?]{0,32}[ -/]{0,4}[@-~]|\\][^\r\n${bell}${esc}]{0,200}${bell}?|[(-/].|[@-Z\\\\^_=>])`,
  'g',
);
const controls = new RegExp(
  `[${String.fromCharCode(0)}-${String.fromCharCode(8)}${String.fromCharCode(11)}-${String.fromCharCode(12)}${String.fromCharCode(14)}-${String.fromCharCode(31)}${String.fromCharCode(127)}]`,
  'g',
);
/** Timestamps of the kernel, with the level and the thread that some kernels add, and what syslog puts before them. */
const prefix =
  /^(?:\S{1,64} login: |[^[\]]{0,80}\bkernel: ?)?(?:<\d{1,3}>)?\[ {0,8}(\d{1,8})\.\d{1,6}\](?:\[ {0,6}[TC]\d{1,8}\])? {0,4}(?:kernel: )?/;
const plainPrefix = /^(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8} \S{1,64} )?kernel: /;
/** Nearly every line is harmless: one look tells. */
const anyPattern = new RegExp(serialPatterns.map(({ pattern }) => pattern.source).join('|'), 'i');

interface Line {
  text: string;
  number: number;
  /** Of the kernel's timestamp; undefined where there is none. */
  seconds?: number;
}

/**
 * Everything in a serial log that somebody should know of, healthy boots included. `expectedBoots` is one, and one more
 * for each restart that was asked for: a first boot that restarts the guest once by itself (to relabel its files, say) is
 * a warning, a second unasked restart is a loop. Never throws, and takes no longer than the log is long.
 */
export function scanSerialLog(serialLog: string, expectedBoots = 1): SerialFinding[] {
  const findings: SerialFinding[] = [];
  const counts = new Map<string, number>();
  const add = (kind: SerialKind, severity: Severity, text: string, lineNumber: number) => {
    const key = `${severity} ${kind}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count <= mostOfOneKind) findings.push({ kind, severity, line: shown(text), lineNumber });
  };
  const boots = new BootCount(expectedBoots);
  for (const { text, number, seconds } of linesOf(serialLog)) {
    if (text === '') continue;
    boots.read(text, number, seconds);
    if (!anyPattern.test(text)) continue;
    for (const { kind, severity, pattern } of serialPatterns) {
      const found = pattern.exec(text);
      if (!found) continue;
      add(kind, severity, text.slice(found.index), number);
      break;
    }
  }
  const overcome = ({ kind, lineNumber }: SerialFinding) => isOvercome(kind, lineNumber, boots.lastAt);
  const restarts = boots.findings().map((finding) => ({ ...finding, line: shown(finding.line) }));
  return [...restarts, ...findings]
    .filter((finding) => !overcome(finding))
    .toSorted((a, b) => a.lineNumber - b.lineNumber);
}

function shown(text: string): string {
  return text.slice(0, 200).trimEnd();
}

/** The last line with anything on it. */
export function lastWords(serialLog: string): string | undefined {
  const last = [...linesOf(serialLog.slice(-2 * longestLine))].findLast(({ text }) => text !== '');
  return last && shown(last.text);
}

/** The first line that says the guest will not come up, or undefined. Failed units are the business of checks. */
export function findFatal(serialLog: string, expectedBoots = 1): SerialFinding | undefined {
  return scanSerialLog(serialLog, expectedBoots).find(({ severity }) => severity === 'fatal');
}

/** Firmware that tried the network first, and a boot loader that went on, are no obstacle once a kernel has started. */
function isOvercome(kind: SerialKind, lineNumber: number, lastBootAt: number): boolean {
  return (kind === 'no boot device' || kind === 'boot loader prompt') && lineNumber < lastBootAt;
}

/** Lines without colours and timestamps; of a line that a carriage return overwrites, every state is a line. */
function* linesOf(serialLog: string): Generator<Line> {
  const half = longestLog / 2;
  const isLong = serialLog.length > longestLog;
  const parts = isLong ? [serialLog.slice(0, half), serialLog.slice(half, -half), serialLog.slice(-half)] : [serialLog];
  let number = 1;
  for (const [index, part] of parts.entries()) {
    const lines = part.replaceAll(escapes, '').replaceAll(controls, '').split('\n');
    if (!isLong || index !== 1) {
      for (const [offset, line] of lines.entries()) {
        for (const state of line.slice(0, longestLine).split('\r')) yield { ...bodyOf(state), number: number + offset };
      }
    }
    number += lines.length - 1;
  }
}

function bodyOf(raw: string): { text: string; seconds?: number } {
  const line = raw.trim();
  const found = prefix.exec(line);
  if (found) return { text: line.slice(found[0].length), seconds: Number(found[1]) };
  return { text: line.replace(plainPrefix, '') };
}
