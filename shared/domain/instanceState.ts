import { type ToldOfBudget, withTold } from './budget.ts';
import type { DefinitionState } from './definitionState.ts';
import type { Entry } from './entries.ts';
import type { FactOf } from './facts.ts';
import type { Instant } from './instant.ts';

/** The fold of the instance's log: what holds for every image definition. */
export interface InstanceState {
  /** Everything waits until somebody resumes it. `by` is an object id. */
  paused?: { reason: string; by: string; since: Instant };
  /** When the circuit breaker opened last; while it is open, no smoke test begins. `entry` is the id of that entry. */
  trip?: { isOpen: boolean; entry: string; since: Instant } & Omit<FactOf<'breakerTripped'>, 'type'>;
  /** When everything was resumed last. */
  closedAt?: Instant;
  /** Which limits of the budget were told of. */
  toldOfBudget?: ToldOfBudget;
}

export type InstanceRequest = { kind: 'pause' | 'resume'; reason: string };

export type InstanceDecision =
  | { kind: 'accepted'; fact: FactOf<'everythingPaused'> | FactOf<'everythingResumed'>; reason: string }
  | { kind: 'refused'; reason: string };

export function foldInstance(entries: Entry[]): InstanceState {
  const state: InstanceState = {};
  for (const { fact, actor, at, id } of entries) {
    if (fact.type === 'everythingPaused') state.paused = { reason: fact.reason, by: actor, since: at };
    if (fact.type === 'breakerTripped') {
      const { type: _, ...trip } = fact;
      state.trip = { isOpen: true, entry: id, since: at, ...trip };
    }
    if (fact.type === 'budgetNear' || fact.type === 'budgetSpent')
      state.toldOfBudget = withTold(state.toldOfBudget, fact);
    if (fact.type === 'everythingResumed') {
      delete state.paused;
      state.closedAt = at;
      if (state.trip) state.trip.isOpen = false;
    }
  }
  return state;
}

/** What comes of a request that concerns everything. */
export function decideInstance({ paused, trip }: InstanceState, { kind, reason }: InstanceRequest): InstanceDecision {
  if (kind === 'pause')
    return paused
      ? { kind: 'refused', reason: `everything is paused already, since ${paused.since}: ${paused.reason}` }
      : { kind: 'accepted', fact: { type: 'everythingPaused', reason }, reason: 'paused: all work waits' };
  return paused || trip?.isOpen
    ? { kind: 'accepted', fact: { type: 'everythingResumed', reason }, reason: 'resumed: all work goes on' }
    : { kind: 'refused', reason: 'nothing is paused as a whole: a single image definition is resumed by its id' };
}

/** Why work on an image definition waits; undefined where it does not. */
export function pauseOf(instance: InstanceState, definition: DefinitionState): { reason: string } | undefined {
  if (instance.paused) return { reason: `everything is paused: ${instance.paused.reason}` };
  return definition.paused && { reason: `the image definition is paused: ${definition.paused.reason}` };
}
