import type { CheckResult } from '../../shared/domain/facts.ts';
import { style } from '../style.ts';

const words = { passed: 'passed', failed: 'failed', unknown: 'unknown', knownIssue: 'known issue', skipped: 'skipped' };
const colours = { passed: 'green', failed: 'red', unknown: 'red', knownIssue: 'yellow', skipped: 'dim' } as const;

/** Nothing failed or stayed unknown, and something was looked at. */
export function isPassed(results: CheckResult[]): boolean {
  const gates = results.every(({ outcome }) => outcome !== 'failed' && outcome !== 'unknown');
  return gates && results.some(({ outcome }) => outcome !== 'skipped');
}

/** A line for each check, and one for all. */
export function describeResults(results: CheckResult[]): string[] {
  const lines = results.map(({ check, outcome, detail, flaky, tries, ticket }) => {
    const notes = [...(ticket ? [ticket] : []), ...(flaky ? [`flaky: at try ${tries}`] : [])];
    const note = notes.length > 0 ? ` (${notes.join(', ')})` : '';
    return `${style(colours[outcome], words[outcome].padEnd(11))}  ${check}${note}${detail ? `: ${detail}` : ''}`;
  });
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  return [...lines, `${passed} of ${results.length} checks passed`];
}
