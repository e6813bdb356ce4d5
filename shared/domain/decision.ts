import type { Effect } from './effects.ts';
import type { IncarnationFact } from './facts.ts';
import { earliest, type Instant } from './instant.ts';

/** Facts to append, then effects to start; `wakeAt` when only time or Azure can bring the next change. */
export interface Decision {
  facts: IncarnationFact[];
  effects: Effect[];
  wakeAt?: Instant;
}

export const nothing: Decision = { facts: [], effects: [] };

export function record(...facts: IncarnationFact[]): Decision {
  return { facts, effects: [] };
}

export function act(effect: Effect, ...facts: IncarnationFact[]): Decision {
  return { facts, effects: [effect] };
}

export function wait(wakeAt: Instant): Decision {
  return { facts: [], effects: [], wakeAt };
}

export function together(decisions: Decision[]): Decision {
  const wakeAt = earliest(decisions.map((decision) => decision.wakeAt));
  return {
    facts: decisions.flatMap((decision) => decision.facts),
    effects: decisions.flatMap((decision) => decision.effects),
    ...(wakeAt !== undefined && { wakeAt }),
  };
}
