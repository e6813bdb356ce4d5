import type { Check } from './checkFile.ts';

/** How long the checks take when each of them uses up all its tries. */
export function worstCaseMs(checks: readonly Check[]): number {
  return checks.filter(({ skip }) => !skip).reduce((sum, { timeoutMs, retries }) => sum + timeoutMs * (retries + 1), 0);
}
