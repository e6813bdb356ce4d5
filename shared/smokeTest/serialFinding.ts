import { type SerialKind, serialKinds } from './serialKinds.ts';
import type { Severity } from './serialPatterns.ts';

export interface SerialFinding {
  kind: SerialKind;
  severity: Severity;
  /** From the telling words on, at most 200 characters. */
  line: string;
  /** As an editor counts the lines of the log, from 1. */
  lineNumber: number;
  /** What stands between the kind and the line where somebody is told of the finding. */
  more?: string;
}

/** A finding as one sentence. */
export function describeFinding({ kind, line, lineNumber, more }: SerialFinding): string {
  return `${serialKinds[kind]} (serial log, line ${lineNumber}): ${more ?? ''}${line}`;
}
