import type { Entry } from './entries.ts';
import type { ImageDescription } from './factShapes.ts';
import type { FactOf, LifecycleNotes, Measured, Outcome } from './facts.ts';
import type { Identity } from './incarnation.ts';
import type { Instant } from './instant.ts';
import { isRequest, type PendingRequest } from './requests.ts';

/** The fold of an image definition's log. */
export interface DefinitionState {
  imageDefinitionId?: string;
  takenInChargeAt?: string;
  /** As Azure described it when it was looked at last. */
  image?: ImageDescription;
  deleted: boolean;
  /** What is known under each version number that exists or existed last. */
  versions: Record<string, KnownVersion>;
  /** Incarnations with work left, by key; one whose version was created anew may still have a VM to delete. */
  open: Record<
    string,
    { version: string; released?: boolean; deleting?: true; test?: FactOf<'testRequested'> & { by: string } }
  >;
  latest: Record<string, string>;
  /** Versions that were published after a smoke test and still exist, in the order in which they were finished. */
  published: PublishedVersion[];
  /** The release that began last, and when the one of another version before it did. */
  lastRelease?: { version: string; incarnation: string; at: string };
  releaseBefore?: string;
  /** In the order in which they were accepted. */
  requests: PendingRequest[];
  /** By region, the version that it was rolled back to; nothing is published there until it is resumed. */
  pins: Record<string, string>;
  paused?: { reason: string };
}

export interface PublishedVersion {
  version: string;
  incarnation: string;
  identity: Identity;
  measured: Measured;
}

export type KnownVersion =
  | { kind: 'adopted'; identity: Identity; endOfLife?: Instant | null }
  | {
      kind: 'examined';
      identity: Identity;
      incarnation: string;
      openedAt: Instant;
      outcome?: Outcome;
      keptHidden?: boolean;
      notAvailableIn?: string[];
      /** Where it is offered, as far as the service knows. */
      publishedIn?: string[];
      /** What its last test that counts said. */
      retested?: FactOf<'testClosed'>['verdict'];
      lifecycle?: LifecycleNotes;
      /** As it was known last, null for none; undefined in logs of before it was kept. */
      endOfLife?: Instant | null;
      /** What it was before somebody moved it last. */
      movedFrom?: Instant | null;
      /** That the service wrote last. */
      ownEndOfLife?: Instant;
    };

export function emptyDefinitionState(): DefinitionState {
  return { deleted: false, versions: {}, open: {}, latest: {}, published: [], requests: [], pins: {} };
}

export function foldDefinition(entries: Entry[]): DefinitionState {
  const state = emptyDefinitionState();
  for (const entry of entries) evolve(state, entry);
  return state;
}

function evolve(state: DefinitionState, { fact, id, actor, at }: Entry): void {
  switch (fact.type) {
    case 'definitionDetected':
      state.imageDefinitionId = fact.imageDefinitionId;
      state.takenInChargeAt = fact.takenInChargeAt;
      state.deleted = false;
      delete state.image;
      break;
    case 'definitionDescribed':
      state.image = fact.image;
      break;
    case 'definitionDeleted':
      state.deleted = true;
      break;
    case 'versionsAdopted':
      for (const { version, ...known } of fact.versions) state.versions[version] = { kind: 'adopted', ...known };
      break;
    case 'incarnationOpened':
      open(state, fact, at);
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
        known.notAvailableIn = fact.notAvailableIn ?? [];
        if (fact.publishedIn) known.publishedIn = fact.publishedIn;
        noteEndOfLife(known, fact.lifecycle?.set);
        if (fact.lifecycle) known.lifecycle = fact.lifecycle;
        notePublished(state, fact, known.identity);
      }
      break;
    }
    case 'endOfLifeNoted':
    case 'endOfLifeMoved': {
      const known = state.versions[fact.version];
      if (known) known.endOfLife = fact.endOfLife;
      if (known?.kind === 'examined' && fact.type === 'endOfLifeMoved') known.movedFrom = fact.was;
      break;
    }
    case 'testRequested':
      state.open[fact.test] = { version: fact.version, test: { ...fact, by: actor } };
      break;
    case 'testClosed': {
      const known = state.versions[fact.version];
      if (state.open[fact.test]?.test?.counts && known?.kind === 'examined') known.retested = fact.verdict;
      delete state.open[fact.test];
      break;
    }
    case 'requestDone':
      state.requests = state.requests.filter((request) => request.id !== fact.request);
      break;
    case 'pinned':
      for (const region of fact.regions) state.pins[region] = fact.version;
      break;
    case 'paused':
      state.paused = { reason: fact.reason };
      break;
    case 'resumed':
      delete state.paused;
      state.pins = {};
      break;
    case 'releaseBegun':
      noteRelease(state, fact);
      break;
    case 'versionGone':
      delete state.versions[fact.version];
      state.published = state.published.filter(({ version }) => version !== fact.version);
      break;
    case 'latestChanged':
      if (fact.version === null) delete state.latest[fact.region];
      else state.latest[fact.region] = fact.version;
      break;
    default:
      if (isRequest(fact)) state.requests.push({ id, by: actor, at, asked: fact });
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

/** Opened again, it keeps its place among the versions; one that was adopted has been there from the beginning. */
function open(
  state: DefinitionState,
  { version, incarnation, identity, deleting, endOfLife: seen }: FactOf<'incarnationOpened'>,
  at: Instant,
): void {
  const known = state.versions[version];
  const isSame = known?.kind === 'examined' && known.incarnation === incarnation;
  const first = known?.kind === 'adopted' ? (state.takenInChargeAt ?? at) : at;
  const openedAt = isSame ? known.openedAt : first;
  const retested = isSame && known.retested !== undefined ? { retested: known.retested } : {};
  const before = isSame || known?.kind === 'adopted' ? known.endOfLife : undefined;
  const endOfLife = seen === undefined ? before : seen;
  const own = isSame && known.ownEndOfLife !== undefined ? { ownEndOfLife: known.ownEndOfLife } : {};
  const moved = isSame && known.movedFrom !== undefined ? { movedFrom: known.movedFrom } : {};
  state.versions[version] = {
    kind: 'examined',
    identity,
    incarnation,
    openedAt,
    ...retested,
    ...own,
    ...moved,
    ...(endOfLife !== undefined && { endOfLife }),
  };
  state.open[incarnation] = { version, ...(deleting && { deleting }) };
}

/** What the service wrote since it was opened is known; what it wrote before may have been moved since. */
function noteEndOfLife(known: Extract<KnownVersion, { kind: 'examined' }>, set: Instant | undefined): void {
  if (set === undefined || set === known.ownEndOfLife) return;
  known.ownEndOfLife = set;
  known.endOfLife = set;
}

function noteRelease(state: DefinitionState, { version, incarnation, at }: FactOf<'releaseBegun'>): void {
  const last = state.lastRelease;
  if (last && last.version !== version) state.releaseBefore = last.at;
  state.lastRelease = { version, incarnation, at };
  const known = state.open[incarnation];
  if (known) known.released = true;
}
