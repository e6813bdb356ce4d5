import type { Check } from './checkFile.ts';

/** The checks that the guest is asked, in the order and with the numbers (from 1) of its answer. */
export function askedChecks(checks: readonly Check[]): Check[] {
  return checks.filter(isAsked);
}

/** `matching` is judged without a guest. */
export function isAsked({ skip, type }: Check): boolean {
  return !skip && type !== 'matching';
}
