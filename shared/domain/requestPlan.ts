import { latestChanges } from './decideDefinition.ts';
import type { RequestContext, RequestDecision } from './decideRequest.ts';
import { effectiveLatest } from './effectiveLatest.ts';
import type { IncarnationFact } from './facts.ts';
import { hideEverywhere, offerIn, withPlan } from './flagPlan.ts';
import { describeGroup, type GroupPlan } from './groupPlan.ts';
import { type ImageVersion, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { describeLatest, type LatestChange } from './latestChange.ts';
import { isGood } from './surroundings.ts';

/** What a request would come to, before it is made. */
export interface RequestPlan {
  outcome: 'accepted' | 'refused';
  reason: string;
  /** What Azure will pick, where that changes: at once for what is taken away, in the end for what is published. */
  changes: LatestChange[];
  /** Where the image definition is a member of one, and it matters to the others. */
  group?: GroupPlan;
}

export function planRequest(decision: RequestDecision, context: RequestContext, group?: GroupPlan): RequestPlan {
  if (decision.kind === 'refused') return { outcome: 'refused', reason: decision.reason, changes: [] };
  const resumes = decision.facts.some(({ type }) => type === 'resumed');
  const after = context.versions.map((version) => {
    const facts = decision.versions[version.version] ?? [];
    const seen = resumes && waits(context.incarnations[version.version]) ? offered(version) : version;
    return facts.reduce((each, fact) => withFact(each, fact, context), seen);
  });
  const changes = latestChanges(effectiveLatest(context.versions), effectiveLatest(after));
  return {
    outcome: 'accepted',
    reason: decision.reason,
    // What waits for another member of its group may never come.
    changes: group?.waits ? [] : changes.map(({ region, version, previous }) => ({ region, version, previous })),
    ...(group && { group }),
  };
}

/** For people: what changes, then what it means to the other members of its group. */
export function describePlan({ changes, group }: RequestPlan): string[] {
  return [...changes.map(describeLatest), ...(group ? describeGroup(group) : [])];
}

function withFact(version: ImageVersion, fact: IncarnationFact, { incarnations }: RequestContext): ImageVersion {
  const state = incarnations[version.version];
  switch (fact.type) {
    case 'withdrawalOrdered': {
      if (fact.why === 'quarantine') return withPlan(version, hideEverywhere(version));
      const remains = offeredRegions(version).filter((name) => !fact.regions.includes(name));
      return withPlan(version, offerIn(version, remains));
    }
    case 'answered':
      return fact.answer === 'approve' && state && isGood(state) ? offered(version) : version;
    case 'publicationOrdered': {
      if (!state) return version;
      const { quarantine: _, withdrawal: __, ...lifted } = state;
      return isGood(lifted) ? offered(version) : version;
    }
    case 'expedited':
      return state && isGood(state) ? offered(version) : version;
    case 'verdictOverridden':
      return offered(version);
    default:
      return version;
  }
}

/** Passed, and on its way: what a pause or a pin holds is published in the end. */
function waits(state: IncarnationState | undefined): boolean {
  return state !== undefined && state.outcome === undefined && isGood(state);
}

function offered(version: ImageVersion): ImageVersion {
  return withPlan(
    version,
    offerIn(
      version,
      version.targetRegions.map(({ name }) => name),
    ),
  );
}
