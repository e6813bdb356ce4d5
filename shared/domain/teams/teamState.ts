import type { Entry } from '../entries.ts';
import type { Instant } from '../instant.ts';
import type { Team, TeamPrincipal } from './team.ts';

/** The fold of a team's log. */
export interface TeamState {
  name: string;
  /** Undefined once it is removed. */
  wanted?: Team;
  /** What the subscription does at present; undefined before the first success and after the removal. */
  inForce?: Team;
  /** Asked for and not done yet. */
  pending?: 'apply' | 'remove';
  /** Why what was asked for last could not be done. */
  refused?: string;
  /** Object ids that have the right to receive. */
  granted: string[];
  /** Principals that were taken from the team and may still have the right. */
  toRevoke: TeamPrincipal[];
  /** Commands by which somebody who may gives, or takes, the rights that the service itself may not. */
  commands: string[];
  /** How many the server of its webhook allows; undefined where it says nothing of it. */
  callsAMinute?: number;
  changedAt?: Instant;
}

export function foldTeam(name: string, entries: Entry[]): TeamState {
  const state: TeamState = { name, granted: [], toRevoke: [], commands: [] };
  for (const entry of entries) evolve(state, entry);
  return state;
}

function evolve(state: TeamState, { fact, at }: Entry): void {
  switch (fact.type) {
    case 'teamRequested': {
      const { filter, principals, delivery } = fact;
      state.toRevoke = withoutKept([...state.toRevoke, ...(state.wanted?.principals ?? [])], principals);
      state.wanted = { filter, principals, ...(delivery && { delivery }) };
      state.pending = 'apply';
      delete state.refused;
      state.changedAt = at;
      return;
    }
    case 'teamApplied':
      if (state.wanted) state.inForce = state.wanted;
      state.granted = fact.granted;
      state.commands = fact.commands;
      state.toRevoke = [];
      delete state.pending;
      if (fact.callsAMinute === undefined) delete state.callsAMinute;
      else state.callsAMinute = fact.callsAMinute;
      return;
    case 'teamRefused':
      state.refused = fact.reason;
      if (state.inForce) state.wanted = state.inForce;
      else delete state.wanted;
      delete state.pending;
      return;
    case 'teamRemovalRequested':
      state.toRevoke = withoutKept([...state.toRevoke, ...(state.wanted?.principals ?? [])], []);
      delete state.wanted;
      delete state.refused;
      state.pending = 'remove';
      state.changedAt = at;
      return;
    case 'teamRemoved':
      delete state.inForce;
      delete state.pending;
      state.granted = [];
      state.commands = fact.commands;
      state.toRevoke = [];
      return;
  }
}

function withoutKept(before: TeamPrincipal[], kept: TeamPrincipal[]): TeamPrincipal[] {
  const byId = new Map(before.map((principal) => [principal.objectId, principal]));
  for (const { objectId } of kept) byId.delete(objectId);
  return [...byId.values()];
}
