import type { Fact, FactOf, Mode, Outcome, Verdict } from './facts.ts';
import { type GalleryWrite, intend, type Profile } from './galleryWrite.ts';
import type { Instant } from './instant.ts';
import { releaseFacts } from './releaseFacts.ts';

/** How far a version that passed has come, by region. */
export interface ReleaseState {
  /** When its first region was intended to be published. */
  begunAt?: Instant;
  /** Since when it is offered there, as read back from Azure. */
  published: Record<string, Instant>;
  /** Not replicated in time: replication was asked for again. */
  retried: Record<string, Instant>;
  /** Not replicated after that either: excluded, and no longer waited for. */
  left: Record<string, Instant>;
  /** Why nothing is written at the moment, as it was recorded last. */
  waits?: { code: string; reason: string; until?: Instant };
  /** The policy that was in force when the release was last decided on. */
  policyHash: string;
  /** The last answer of each team, and of each operator. */
  answers: { by: string; team?: string; answer: 'approve' | 'veto' | 'abstain'; reason: string }[];
  /** Soak, windows, deadlines and queue do not count. */
  expedited?: { by: string; ticket: string };
  /** An operator wants it published: gates and newer versions do not count. */
  ordered?: { by: string };
  /** The newer version whose verdict it waits for. */
  asideFor?: string;
  /** Who vouches for it, although its verdict is inconclusive. */
  overrides: { by: string; ticket: string }[];
  /** What somebody did to the flags last, while nothing else has happened since, and what it was before. */
  handEdit?: HandEdit;
  /** It is being taken back. */
  undoing?: HandEdit & { shows: string[]; hides: string[] };
  /** Hand edits that were taken back. */
  undone?: string[];
}

export interface HandEdit {
  hiddenIn: string[];
  shownIn: string[];
  outcome?: Outcome;
}

/** The same change has the same key, whoever makes it. */
export function handEditKey({ hiddenIn, shownIn }: HandEdit): string {
  return `${hiddenIn.toSorted()}|${shownIn.toSorted()}`;
}

/** What of an incarnation's state a release changes. */
interface Released {
  policyHash: string;
  mode: Mode;
  release?: ReleaseState;
  write?: GalleryWrite;
  earlier?: Profile[];
  outcome?: Outcome;
  heldAt?: Instant;
  exposedSince?: Instant;
  withdrawal?: Withdrawal;
  quarantine?: { reason: string };
  overridden?: { by: string[]; reason: string; ticket: string };
  verdict?: { verdict: Verdict; reason: string; at: Instant };
  needsAttention?: unknown;
  memberFailed?: { group: string; reason: string };
}

export interface Withdrawal {
  why: 'quarantine' | 'rollback' | 'group';
  regions: string[];
  reason: string;
}

type ReleaseFact = FactOf<(typeof releaseFacts)[number]['shape']['type']['value']>;
const types = new Set<string>(releaseFacts.map(({ shape }) => shape.type.value));

export function isReleaseFact(fact: Fact): fact is ReleaseFact {
  return types.has(fact.type);
}

export function newRelease(policyHash: string): ReleaseState {
  return { published: {}, retried: {}, left: {}, policyHash, answers: [], overrides: [] };
}

export function evolveRelease(state: Released, fact: ReleaseFact, at: Instant): void {
  state.release ??= newRelease(state.policyHash);
  const { release } = state;
  const { handEdit, undoing } = release;
  delete release.handEdit;
  if (overtakesUndo(fact)) delete release.undoing;
  const before = state.outcome && { outcome: state.outcome };
  switch (fact.type) {
    case 'publishIntended':
      intend(state, 'publish', fact.plan, at, fact.regions);
      release.begunAt ??= at;
      break;
    case 'exclusionIntended':
      intend(state, 'exclude', fact.plan, at, fact.regions);
      break;
    case 'replicationIntended':
      intend(state, 'replicate', fact.plan, at, fact.regions);
      break;
    case 'handEditUndoIntended':
      intend(state, 'undo', fact.plan, at, fact.shows);
      if (handEdit) release.undoing = { ...handEdit, shows: fact.shows, hides: fact.hides };
      delete state.outcome;
      break;
    case 'handEditUndone':
      note(release.published, fact.shows, at);
      for (const region of fact.hides) delete release.published[region];
      if (undoing) release.undone = [...(release.undone ?? []), handEditKey(undoing)];
      if (undoing?.outcome) state.outcome = undoing.outcome;
      delete release.undoing;
      endWrite(state);
      break;
    case 'published':
    case 'regionsPublished':
    case 'regionsShownByHand':
      if (fact.type === 'regionsShownByHand' && before)
        noteHandEdit(release, handEdit, { hiddenIn: [], shownIn: fact.regions, ...before });
      note(release.published, fact.regions, at);
      delete release.waits;
      endWrite(state);
      if (fact.type === 'published') state.outcome = fact.type;
      break;
    case 'regionsExcluded':
      endWrite(state);
      break;
    case 'replicationRequested':
      note(release.retried, fact.regions, at);
      endWrite(state);
      break;
    case 'regionsLeft':
      note(release.left, fact.regions, at);
      break;
    case 'policyChanged':
      release.policyHash = fact.policyHash;
      break;
    case 'releaseWaits': {
      const { code, reason, until } = fact;
      release.waits = { code, reason, ...(until !== undefined && { until }) };
      break;
    }
    case 'releaseFinished':
      state.outcome = 'published';
      break;
    case 'replicationCaughtUp':
      delete state.outcome;
      break;
    case 'releaseStopped':
      noteHandEdit(release, handEdit, { hiddenIn: fact.hiddenIn, shownIn: [], ...before });
      for (const region of fact.hiddenIn) delete release.published[region];
      endWrite(state);
      // One whose release was over stays what it was, as long as it is offered somewhere.
      if (state.outcome === undefined || Object.keys(release.published).length === 0) state.outcome = 'stopped';
      break;
    case 'superseded':
      state.outcome = 'superseded';
      break;
    case 'answered':
      answer(release, fact);
      break;
    case 'expedited':
      release.expedited = { by: fact.by, ticket: fact.ticket };
      break;
    case 'overrideGiven':
      release.overrides.push({ by: fact.by, ticket: fact.ticket });
      break;
    case 'verdictOverridden':
      state.overridden = { by: fact.by, reason: fact.reason, ticket: fact.ticket };
      delete state.outcome;
      break;
    case 'publicationOrdered':
      order(state, release, fact.by);
      break;
    case 'withdrawalOrdered':
      state.withdrawal = { why: fact.why, regions: fact.regions, reason: fact.reason };
      delete state.outcome;
      break;
    case 'withdrawalIntended':
      intend(state, 'withdraw', fact.plan, at, fact.regions);
      break;
    case 'withdrawn':
      withdraw(state, release, fact, at);
      break;
    case 'memberFailed':
      state.memberFailed = { group: fact.group, reason: fact.reason };
      delete state.outcome;
      break;
    case 'retested':
      retest(state, fact, at);
      break;
    case 'failureReopened':
      state.verdict = { verdict: 'inconclusive', reason: fact.reason, at };
      delete state.outcome;
      break;
    case 'takeInOrdered':
      break;
    case 'takenIn':
      takeIn(state, release, fact, at);
      break;
    case 'setAside':
      release.asideFor = fact.for;
      break;
    case 'othersRestoreIntended':
      if (state.write) state.write.plan = fact.plan;
      break;
    case 'changedByOthers':
    case 'othersRestored':
      break;
  }
}

/** Something else is to become of the version: the write is seen through, and not what it was before. */
function overtakesUndo(fact: ReleaseFact): boolean {
  if (fact.type === 'retested') return fact.verdict === 'failed';
  return ['publicationOrdered', 'withdrawalOrdered', 'memberFailed'].includes(fact.type);
}

/** What somebody takes back by hand is none: it is not to be undone in its turn. */
function noteHandEdit(release: ReleaseState, last: HandEdit | undefined, edit: HandEdit): void {
  const hiddenIn = edit.hiddenIn.filter((region) => !last?.shownIn.includes(region));
  const shownIn = edit.shownIn.filter((region) => !last?.hiddenIn.includes(region));
  if (hiddenIn.length + shownIn.length > 0) release.handEdit = { ...edit, hiddenIn, shownIn };
}

function answer({ answers }: ReleaseState, { by, team, answer, reason }: FactOf<'answered'>): void {
  const known = answers.findIndex((other) =>
    team === undefined ? other.by === by && !other.team : other.team === team,
  );
  if (known >= 0) answers.splice(known, 1);
  answers.push({ by, ...(team !== undefined && { team }), answer, reason });
}

/** Back to the begin of the release, in the regions where it is not published. */
function order(state: Released, release: ReleaseState, by: string): void {
  release.ordered = { by };
  release.left = {};
  release.retried = {};
  delete release.waits;
  state.mode = 'enforce';
  delete state.outcome;
  delete state.withdrawal;
  delete state.quarantine;
  delete state.memberFailed;
  delete state.needsAttention;
}

function withdraw(state: Released, release: ReleaseState, fact: FactOf<'withdrawn'>, at: Instant): void {
  endWrite(state);
  delete state.withdrawal;
  delete release.ordered;
  for (const region of Object.keys(release.published))
    if (!fact.remainsIn.includes(region)) delete release.published[region];
  if (fact.remainsIn.length === 0) {
    state.heldAt ??= at;
    delete state.exposedSince;
  }
  if (fact.why === 'quarantine') state.quarantine = { reason: fact.reason };
  // Where nothing else would be latest, the failure of a member is left to a person.
  if (fact.why === 'group' && fact.remainsIn.length > 0) return;
  delete state.memberFailed;
  if (fact.why === 'quarantine') state.outcome = 'quarantined';
  else state.outcome = fact.remainsIn.length > 0 ? 'published' : 'rolledBack';
}

/** A test that says nothing changes nothing; one that passes takes up what was not published for want of it, or of a person. */
function retest(state: Released, { verdict, reason }: FactOf<'retested'>, at: Instant): void {
  // What kept it from a verdict was mended before somebody asked for this.
  if (verdict !== 'inconclusive' && state.verdict === undefined && !state.write) delete state.needsAttention;
  if (verdict === 'passed') {
    if (state.verdict?.verdict !== 'passed' && !state.quarantine && state.outcome !== 'published') delete state.outcome;
    state.verdict = { verdict, reason, at };
  } else if (verdict === 'failed') {
    state.verdict = { verdict, reason, at };
    delete state.overridden;
    if (state.outcome === 'published') delete state.outcome;
  }
}

/** What its producer made of it stays; one that failed is left to a person. */
function takeIn(
  state: Released,
  release: ReleaseState,
  { verdict, reason, offeredIn }: FactOf<'takenIn'>,
  at: Instant,
): void {
  if (verdict !== 'passed') return;
  state.verdict = { verdict, reason, at };
  note(release.published, offeredIn, at);
  state.outcome = offeredIn.length > 0 ? 'published' : 'stopped';
}

function endWrite(state: Released): void {
  delete state.write;
  delete state.needsAttention;
}

/** The first instant counts: the soak of a ring does not begin again. */
function note(known: Record<string, Instant>, regions: string[], at: Instant): void {
  for (const region of regions) known[region] ??= at;
}
