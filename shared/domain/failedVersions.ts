import type { DefinitionState } from './definitionState.ts';
import type { Outcome } from './facts.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';

const failedOutcomes: Outcome[] = ['quarantined', 'inconclusive', 'wouldQuarantine'];

/** Finished incarnations that may have failed, none of which is being tested again or waits for it. */
export function failureCandidates(state: DefinitionState): { version: string; incarnation: string }[] {
  const taken = new Set([
    ...Object.values(state.open).flatMap(({ version, test }) => (test?.counts ? [version] : [])),
    ...state.requests.flatMap(({ asked }) => (asked.type === 'retestRequested' ? [asked.version] : [])),
  ]);
  return Object.entries(state.versions).flatMap(([version, known]) => {
    if (known.kind !== 'examined' || known.outcome === undefined) return [];
    const isCandidate = failedOutcomes.includes(known.outcome) && !taken.has(version);
    return isCandidate ? [{ version, incarnation: known.incarnation }] : [];
  });
}

/** The verdict that its last smoke test came to since an instant; undefined where it is older, or passed. */
export function failureSince(
  { deleted, verdict }: IncarnationState,
  since: Instant,
): { verdict: 'failed' | 'inconclusive'; reason: string; at: Instant } | undefined {
  if (deleted || !verdict || verdict.verdict === 'passed' || verdict.at < since) return undefined;
  return { ...verdict, verdict: verdict.verdict };
}
