import type { Entry } from './entries.ts';
import type { FactOf } from './facts.ts';

export type PolicyFact = FactOf<'policyAccepted'> | FactOf<'policyRefused'>;

/** The last word of the instance's log about the policy file. */
export function lastPolicyFact(entries: Entry[]): PolicyFact | undefined {
  return lastPolicyEntry(entries)?.fact;
}

export function lastPolicyEntry(entries: Entry[]): { id: string; fact: PolicyFact } | undefined {
  for (const { id, fact } of entries.toReversed()) {
    if (fact.type === 'policyAccepted' || fact.type === 'policyRefused') return { id, fact };
  }
  return undefined;
}
