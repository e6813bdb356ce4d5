import type { Assertion, Check, CheckType, Setting } from '../../../../../shared/smokeTest/checkFile/checkFile.ts';

/** A check as the parser would hand it over, with what the test is about. */
export function check(type: CheckType, settings: Record<string, Setting>, ...assertions: Assertion[]): Check {
  return {
    type,
    id: 'id of the check',
    skip: false,
    timeoutMs: 5_000,
    retries: 0,
    settings,
    assertions,
    at: { file: 'windows.yaml', line: 1 },
  };
}

export function equal(attribute: string, value: string | number | boolean): Assertion {
  return { attribute, matcher: { match: 'equal', value } };
}

export function line(attribute: string, text: string, negated = false): Assertion {
  return { attribute, matcher: { match: 'line', text, negated } };
}

export function lineRegexp(attribute: string, pattern: string, negated = false): Assertion {
  return { attribute, matcher: { match: 'lineRegexp', pattern, negated } };
}
