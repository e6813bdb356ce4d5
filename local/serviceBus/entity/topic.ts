import type { Clock } from '../../clock.ts';
import type { Content } from '../codec/content.ts';
import type { RuleSet } from './ruleSet.ts';

export interface SubscriptionEnd {
  rules: RuleSet;
  /** Takes a copy of a message that a rule let pass. */
  arrive(content: Content, hops: number): void;
  /** Takes a message for which a rule could not be evaluated. */
  evaluationFailed(content: Content, reason: string): void;
}

/** Hands a message to every subscription that has a matching rule; the others never see it. */
export function fanOut(content: Content, hops: number, subscriptions: Iterable<SubscriptionEnd>, clock: Clock): void {
  for (const subscription of subscriptions) {
    const selected = subscription.rules.select(content, clock.now());
    if ('failure' in selected) subscription.evaluationFailed(content, selected.failure);
    else for (const copy of selected.copies) subscription.arrive(copy, hops);
  }
}
