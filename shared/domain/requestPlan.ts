import { latestChanges } from './decideDefinition.ts';
import { decideRequest, type RequestContext } from './decideRequest.ts';
import { effectiveLatest } from './effectiveLatest.ts';
import type { IncarnationFact } from './facts.ts';
import { hideEverywhere, offerIn } from './flagPlan.ts';
import { type ImageVersion, offeredRegions } from './imageVersion.ts';
import type { PendingRequest } from './requests.ts';
import { isGood } from './surroundings.ts';

/** What a request would come to, before it is made. */
export interface RequestPlan {
  outcome: 'accepted' | 'refused';
  reason: string;
  /** What Azure will pick, where that changes: at once for what is taken away, in the end for what is published. */
  changes: { region: string; version: string | null; previous: string | null }[];
}

export function planRequest(request: PendingRequest, context: RequestContext): RequestPlan {
  const decision = decideRequest(request, context);
  if (decision.kind === 'refused') return { outcome: 'refused', reason: decision.reason, changes: [] };
  const after = context.versions.map((version) => {
    const facts = decision.versions[version.version] ?? [];
    return facts.reduce((seen, fact) => withFact(seen, fact, context), version);
  });
  const changes = latestChanges(effectiveLatest(context.versions), effectiveLatest(after));
  return {
    outcome: 'accepted',
    reason: decision.reason,
    changes: changes.map(({ region, version, previous }) => ({ region, version, previous })),
  };
}

/** One line for people: "latest in westeurope: 1.0.3 → 1.0.4". */
export function describeChange({ region, version, previous }: RequestPlan['changes'][number]): string {
  return `latest in ${region}: ${previous ?? 'none'} → ${version ?? 'none'}`;
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

function offered(version: ImageVersion): ImageVersion {
  return withPlan(
    version,
    offerIn(
      version,
      version.targetRegions.map(({ name }) => name),
    ),
  );
}

function withPlan(version: ImageVersion, plan: ReturnType<typeof offerIn>): ImageVersion {
  return {
    ...version,
    excludeFromLatest: plan.excludeFromLatest,
    targetRegions: version.targetRegions.map(({ name }) => ({ name, excludeFromLatest: plan.regions[name] ?? true })),
  };
}
