import type { Fact, FactOf } from './facts.ts';
import { intend } from './galleryWrite.ts';
import { type HandEdit, handEditKey, unlessTakenBack } from './handEdit.ts';
import type { Instant } from './instant.ts';
import { answer, endWrite, note, order, type Released, retest, takeIn, withdraw } from './releaseChanges.ts';
import { releaseFacts } from './releaseFacts.ts';
import { newRelease, type ReleaseState } from './releaseState.ts';

type ReleaseFact = FactOf<(typeof releaseFacts)[number]['shape']['type']['value']>;
const types = new Set<string>(releaseFacts.map(({ shape }) => shape.type.value));

/** Whether a fact changes how far a release has come, so that `evolveRelease` knows it. */
export function isReleaseFact(fact: Fact): fact is ReleaseFact {
  return types.has(fact.type);
}

/** What a fact that was recorded makes of the release; the state is changed in place. */
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
      intend(state, 'undo', fact.plan, at, [...fact.shows, ...fact.hides]);
      if (handEdit) release.undoing = handEdit;
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

function noteHandEdit(release: ReleaseState, last: HandEdit | undefined, edit: HandEdit): void {
  const noted = unlessTakenBack(last, edit);
  if (noted) release.handEdit = noted;
}
