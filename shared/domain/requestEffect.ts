import { describeFact } from './describeFact.ts';
import type { Entry } from './entries.ts';
import type { Fact, FactOf } from './facts.ts';
import { shortHash } from './ids.ts';
import { foldIncarnation } from './incarnationState.ts';
import type { RequestFact } from './requests.ts';

/** What came of an accepted request in the gallery. `failed`: it does not come by itself any more. */
export interface RequestEffect {
  state: 'underWay' | 'done' | 'failed';
  reason: string;
}

type FactType = Fact['type'];

/** After these a version is published no further, whatever was asked. */
const unpublished: FactType[] = [
  'quarantined',
  'withdrawn',
  'superseded',
  'releaseStopped',
  'leftInconclusive',
  'versionCreationFailed',
  'versionDeleted',
  'needsAttention',
];

/** The test that a retest asks for, by the id of the entry that asked. */
export function retestOf(request: string): string {
  return shortHash(20, 'retest', request);
}

/** Versions whose logs tell it; undefined for all of the image definition, none where the acceptance is the effect. */
export function versionsConcerned(asked: RequestFact): string[] | undefined {
  switch (asked.type) {
    case 'pauseRequested':
    case 'resumeRequested':
    case 'announceRequested':
      return [];
    case 'answerRequested':
      return asked.answer === 'approve' ? [asked.version] : [];
    case 'rollbackRequested':
      return undefined;
    default:
      return [asked.version];
  }
}

/** Of an accepted request, from the logs of the versions concerned; its id is that of the entry that asked. */
export function effectOf(asked: RequestFact, request: string, logs: Entry[][]): RequestEffect {
  const effects = logs.flatMap((log) => effectIn(asked, request, log) ?? []);
  const [first] = [...ofState(effects, 'failed'), ...ofState(effects, 'underWay')];
  if (first) return first;
  // A retest has nothing in the log of the version before it is over.
  if (asked.type === 'retestRequested' && effects.length === 0) return { state: 'underWay', reason: 'is tested again' };
  return { state: 'done', reason: effects.map(({ reason }) => reason).join('; ') || 'done' };
}

function ofState(effects: RequestEffect[], state: RequestEffect['state']): RequestEffect[] {
  return effects.filter((effect) => effect.state === state);
}

/** Undefined for a log that the request did not reach. */
function effectIn(asked: RequestFact, request: string, log: Entry[]): RequestEffect | undefined {
  const named = asked.type === 'retestRequested' ? retestOf(request) : request;
  const index = log.findIndex(({ fact }) => 'request' in fact && fact.request === named);
  const order = log[index]?.fact;
  if (!order) return undefined;
  const later = log.slice(index + 1).map(({ fact }) => fact);
  switch (order.type) {
    case 'retested':
      return { state: order.verdict === 'passed' ? 'done' : 'failed', reason: describeFact(order) };
    case 'takeInOrdered':
      return takenIn(later.find((fact) => fact.type === 'takenIn'));
    case 'withdrawalOrdered':
      return follow(later, ['withdrawn', 'versionDeleted'], ['needsAttention']);
    default: {
      const effect = follow(later, ['published', 'releaseFinished'], unpublished);
      const isPublished = effect.state === 'underWay' && foldIncarnation(log)?.outcome === 'published';
      return isPublished ? { state: 'done', reason: 'is published' } : effect;
    }
  }
}

function takenIn(fact: FactOf<'takenIn'> | undefined): RequestEffect {
  if (!fact) return { state: 'underWay', reason: 'is tested' };
  return { state: fact.verdict === 'passed' ? 'done' : 'failed', reason: describeFact(fact) };
}

/** Until one of either kind comes, what happened last. */
function follow(facts: Fact[], good: FactType[], bad: FactType[]): RequestEffect {
  const end = facts.find(({ type }) => good.includes(type) || bad.includes(type));
  if (end) return { state: good.includes(end.type) ? 'done' : 'failed', reason: describeFact(end) };
  const last = facts.at(-1);
  return { state: 'underWay', reason: last ? describeFact(last) : 'accepted' };
}
