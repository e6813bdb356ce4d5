import type { Entry } from './entries.ts';
import type { FactOf, Measured, Outcome } from './facts.ts';
import type { Identity } from './incarnation.ts';

/** The fold of an image definition's log. */
export interface DefinitionState {
  imageDefinitionId?: string;
  takenInChargeAt?: string;
  deleted: boolean;
  /** What is known under each version number that exists or existed last. */
  versions: Record<string, KnownVersion>;
  /** Incarnations with work left, by key; one whose version was created anew may still have a VM to delete. */
  open: Record<string, { version: string; test?: FactOf<'testRequested'> & { by: string } }>;
  latest: Record<string, string>;
  /** Versions that were published after a smoke test and still exist, in the order in which they were finished. */
  published: PublishedVersion[];
}

export interface PublishedVersion {
  version: string;
  incarnation: string;
  identity: Identity;
  measured: Measured;
}

export type KnownVersion =
  | { kind: 'adopted'; identity: Identity }
  | { kind: 'examined'; identity: Identity; incarnation: string; outcome?: Outcome; keptHidden?: boolean };

export function emptyDefinitionState(): DefinitionState {
  return { deleted: false, versions: {}, open: {}, latest: {}, published: [] };
}

export function foldDefinition(entries: Entry[]): DefinitionState {
  const state = emptyDefinitionState();
  for (const entry of entries) evolve(state, entry);
  return state;
}

function evolve(state: DefinitionState, { fact, actor }: Entry): void {
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
        notePublished(state, fact, known.identity);
      }
      break;
    }
    case 'testRequested':
      state.open[fact.test] = { version: fact.version, test: { ...fact, by: actor } };
      break;
    case 'testClosed':
      delete state.open[fact.test];
      break;
    case 'versionGone':
      delete state.versions[fact.version];
      state.published = state.published.filter(({ version }) => version !== fact.version);
      break;
    case 'latestChanged':
      if (fact.version === null) delete state.latest[fact.region];
      else state.latest[fact.region] = fact.version;
      break;
  }
}

/** What is compared with later is the last one that was published, not the highest number. */
function notePublished(
  state: DefinitionState,
  { version, incarnation, outcome, measured }: FactOf<'incarnationClosed'>,
  identity: Identity,
): void {
  state.published = state.published.filter((published) => published.version !== version);
  if (outcome === 'published' && measured) state.published.push({ version, incarnation, identity, measured });
}
