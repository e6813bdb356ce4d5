import type { Fact, FactOf } from './facts.ts';
import type { Instant } from './instant.ts';
import { requestFacts } from './requestFacts.ts';

export type RequestFact = FactOf<(typeof requestFacts)[number]['shape']['type']['value']>;

/** What somebody asked for and nothing has come of yet. */
export interface PendingRequest {
  id: string;
  by: string;
  at: Instant;
  asked: RequestFact;
}

const types = requestFacts.map(({ shape }) => shape.type.value);

export function isRequest(fact: Fact): fact is RequestFact {
  return types.some((type) => type === fact.type);
}

/** Where a pin holds in regions that nothing was published in before. */
export const everywhere = '*';
