import type { CheckResult, ErrorClass, FactOf } from '../domain/facts.ts';
import type { Attempt, IncarnationState } from '../domain/incarnationState.ts';

/** The end of one VM run: what it says about the image, and why. */
export type EvidenceDraft = Omit<FactOf<'smokeTestFinished'>, 'type' | 'attempt'>;

export function failed(reason: string, checks: CheckResult[]): EvidenceDraft {
  return { verdict: 'failed', reason, checks };
}

export function inconclusive(code: string, reason: string, errorClass?: ErrorClass): EvidenceDraft {
  return { verdict: 'inconclusive', reason, code, ...(errorClass && { errorClass }), checks: [] };
}

/**
 * The image's fault, or the platform's on a bad day: only the second time, in another VM, is proof, and in another region
 * where the plan has one, since what is wrong with a region is wrong with all its VMs.
 */
export function suspected(
  { attempts, testPlan }: IncarnationState,
  { launch: own }: Attempt,
  code: string,
  checks: CheckResult[],
  reason: string,
): EvidenceDraft {
  const hasOtherRegion = new Set(testPlan.map(({ region }) => region)).size > 1;
  const seenBefore = attempts.some(
    ({ launch, result }) =>
      result?.code === code && launch?.controlOf === undefined && !(hasOtherRegion && launch?.region === own?.region),
  );
  return { ...(seenBefore ? { ...failed(reason, checks), code } : inconclusive(code, reason)), errorClass: 'suspect' };
}
