import type { Entry } from './entries.ts';
import type { FactOf } from './facts.ts';

type PolicyFact = FactOf<'policyAccepted'> | FactOf<'policyRefused'>;

/** The last word of the instance's log about the policy file. */
export function lastPolicyEntry(entries: Entry[]): { entry: Entry; fact: PolicyFact } | undefined {
  for (const entry of entries.toReversed()) {
    const { fact } = entry;
    if (fact.type === 'policyAccepted' || fact.type === 'policyRefused') return { entry, fact };
  }
  return undefined;
}
