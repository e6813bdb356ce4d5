import { style } from '../style.ts';
import type { Finding } from './finding.ts';

const marks = { ok: ['green', 'ok'], missing: ['red', 'missing'], unknown: ['yellow', 'unknown'] } as const;

export function printFinding({ level, subject, message, remedy }: Finding): void {
  const [colour, mark] = marks[level];
  console.log(`${style(colour, mark.padEnd(8))} ${subject}: ${message}${remedy ? `\n         → ${remedy}` : ''}`);
}
