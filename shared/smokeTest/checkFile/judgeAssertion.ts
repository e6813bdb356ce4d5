import type { Assertion, FactValue, GuestFact } from './checkFile.ts';
import type { ValueKind } from './checkTypes.ts';
import { compileMatcher } from './compileMatcher.ts';
import { describeMatcher, describeValue } from './describeMatcher.ts';
import { short } from './problems.ts';
import { typedFact } from './typedFact.ts';

export interface JudgedAssertion {
  outcome: 'holds' | 'fails' | 'unknown';
  /** Why it does not hold: what was expected and what is there. */
  reason?: string;
}

/** Judges what the guest answered to one assertion of an attribute of this kind. */
export function judgeAssertion({ attribute, matcher }: Assertion, fact: GuestFact, kind: ValueKind): JudgedAssertion {
  if (fact.kind === 'unknown') return { outcome: 'unknown', reason: `${attribute}: ${short(fact.reason, 200)}` };
  if (fact.kind === 'matches') return { outcome: 'holds' };
  const judge = compileMatcher(matcher);
  if (fact.kind === 'value') {
    const value = typedFact(fact.value, kind);
    const held = judge(value, fact.cut);
    if (held === 'yes') return { outcome: 'holds' };
    if (held !== 'open') return differs({ attribute, matcher }, value);
    const expected = `${attribute}: expected ${describeMatcher(matcher)}`;
    return { outcome: 'unknown', reason: `${expected}; only the beginning of the value came back` };
  }
  const value = fact.value === undefined ? undefined : typedFact(fact.value, kind);
  // The guest compares texts, but 1 and "1.0" are the same number.
  const isNumber = matcher.match === 'equal' && typeof matcher.value === 'number' && value !== undefined;
  return isNumber && judge(value, false) === 'yes' ? { outcome: 'holds' } : differs({ attribute, matcher }, value);
}

function differs({ attribute, matcher }: Assertion, value: FactValue | undefined): JudgedAssertion {
  const got = value === undefined ? 'something else' : describeValue(value);
  return { outcome: 'fails', reason: `${attribute}: expected ${describeMatcher(matcher)}, got ${got}` };
}
