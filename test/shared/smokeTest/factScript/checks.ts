import { expect } from 'vitest';
import type {
  Assertion,
  Check,
  CheckType,
  FactValue,
  Matcher,
} from '../../../../shared/smokeTest/checkFile/checkFile.ts';

/** A check as the parser makes it; a bare scalar stands for `equal`. */
export function check(
  type: CheckType,
  id: string,
  assertions: [attribute: string, expected: Matcher | string | number | boolean][],
  more: Partial<Check> = {},
): Check {
  return {
    type,
    id,
    skip: false,
    timeoutMs: 10_000,
    retries: 0,
    settings: {},
    assertions: assertions.map(([attribute, expected]): Assertion => {
      const matcher: Matcher = typeof expected === 'object' ? expected : { match: 'equal', value: expected };
      return { attribute, matcher };
    }),
    at: { file: 'checks.yaml', line: 1 },
    ...more,
  };
}

export const line = (text: string, negated = false): Matcher => ({ match: 'line', text, negated });
export const lineRegexp = (pattern: string, negated = false): Matcher => ({ match: 'lineRegexp', pattern, negated });
/** Judged outside the guest, so that the value comes along. */
export const anything: Matcher = { match: 'and', matchers: [] };

export const matches = expect.objectContaining({ kind: 'matches' });
export const differs = expect.objectContaining({ kind: 'differs' });
export const unknown = { kind: 'unknown', reason: expect.any(String) };
export const holds = (value: FactValue) => ({ kind: 'value', value, cut: false });
