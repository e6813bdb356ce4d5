import type { AdapterError } from '../errors.ts';

/** After this many tries, some 40 minutes, the sweep or an operator takes over. */
export const mostRetries = 12;
const longestDelayMs = 5 * 60_000;

/** Milliseconds before try number `retry` + 1: doubling, at most five minutes, never less than the service asked for. */
export function backOffMs(retry: number, problem: AdapterError | undefined): number {
  return Math.min(longestDelayMs, Math.max(problem?.retryAfterMs ?? 0, 1_000 * 2 ** retry));
}
