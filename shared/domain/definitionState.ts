import type { Entry } from './entries.ts';
import type { Outcome } from './facts.ts';
import type { Identity } from './incarnation.ts';

/** The fold of an image definition's log. */
export interface DefinitionState {
  imageDefinitionId?: string;
  takenInChargeAt?: string;
  deleted: boolean;
  /** What is known under each version number that exists or existed last. */
  versions: Record<string, KnownVersion>;
  /** Incarnations with work left, by key; one whose version was created anew may still have a VM to delete. */
  open: Record<string, { version: string }>;
  latest: Record<string, string>;
}

export type KnownVersion =
  | { kind: 'adopted'; identity: Identity }
  | { kind: 'examined'; identity: Identity; incarnation: string; outcome?: Outcome; keptHidden?: boolean };

export function emptyDefinitionState(): DefinitionState {
  return { deleted: false, versions: {}, open: {}, latest: {} };
}

export function foldDefinition(entries: Entry[]): DefinitionState {
  const state = emptyDefinitionState();
  for (const { fact } of entries) evolve(state, fact);
  return state;
}

function evolve(state: DefinitionState, fact: Entry['fact']): void {
  switch (fact.type) {
    case 'definitionDetected':
      state.imageDefinitionId = fact.imageDefinitionId;
      state.takenInChargeAt = fact.takenInChargeAt;
      state.deleted = false;
      break;
    case 'definitionDeleted':
      state.deleted = true;
      break;
    case 'versionsAdopted':
      for (const { version, identity } of fact.versions) state.versions[version] = { kind: 'adopted', identity };
      break;
    case 'incarnationOpened':
      state.versions[fact.version] = { kind: 'examined', identity: fact.identity, incarnation: fact.incarnation };
      state.open[fact.incarnation] = { version: fact.version };
      break;
    case 'identityLearned': {
      const known = state.versions[fact.version];
      if (known) known.identity = fact.identity;
      break;
    }
    case 'incarnationClosed': {
      delete state.open[fact.incarnation];
      const known = state.versions[fact.version];
      if (known?.kind === 'examined' && known.incarnation === fact.incarnation) {
        known.outcome = fact.outcome;
        known.keptHidden = fact.keptHidden ?? false;
      }
      break;
    }
    case 'versionGone':
      delete state.versions[fact.version];
      break;
    case 'latestChanged':
      if (fact.version === null) delete state.latest[fact.region];
      else state.latest[fact.region] = fact.version;
      break;
  }
}
