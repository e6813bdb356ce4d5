import { act, type Decision, record, wait } from './decision.ts';
import { dayMs } from './endOfLife.ts';
import type { ImageUse } from './imageUse.ts';
import { type ImageVersion, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { addMs, type Instant, msBetween, nextLook } from './instant.ts';
import type { RetentionRules } from './lifecycleRules.ts';

const lookEveryMs = 15_000;
const repeatAfterMs = 10 * 60_000;
/** What is used today is hardly free tomorrow; what could not be told may be told tomorrow. */
const usedForMs = 7 * dayMs;

/** Deletes a version that retention does not keep any more: looked at once more, in fresh light, and read back. */
export function decideDeletion(
  { lifecycle }: Pick<IncarnationState, 'lifecycle'>,
  reason: string,
  version: ImageVersion,
  use: ImageUse | undefined,
  rules: RetentionRules | undefined,
  now: Instant,
): Decision {
  if (!rules) return record({ type: 'lifecycleDropped', reason: 'the policy does not ask for it any more' });
  const { deletion } = lifecycle ?? {};
  if (deletion) return seeThrough(deletion, now);
  const why = whyKept(version, use, now);
  if (why) return record({ type: 'retentionKept', ...why });
  if (rules.mode === 'preview') return record({ type: 'wouldBeDeleted', reason });
  return act({ kind: 'takeDeletion', reason, mostPerDay: rules.mostPerDay });
}

/** Azure says of a deletion only that the version is gone, or is not. */
function seeThrough(deletion: { intendedAt: Instant; acceptedAt?: Instant }, now: Instant): Decision {
  const { intendedAt, acceptedAt } = deletion;
  if (acceptedAt === undefined || msBetween(acceptedAt, now) >= repeatAfterMs) return act({ kind: 'deleteVersion' });
  return wait(nextLook(intendedAt, now, lookEveryMs));
}

/** Fails closed: what is not known is a reason to keep. */
function whyKept(
  version: ImageVersion,
  use: ImageUse | undefined,
  now: Instant,
): { reason: string; until: Instant } | undefined {
  const offered = offeredRegions(version);
  const until = addMs(now, dayMs);
  if (offered.length > 0) return { reason: `it is offered in ${offered.join(', ')}`, until };
  const { blockDeletionBeforeEndOfLife } = version.safetyProfile;
  if (blockDeletionBeforeEndOfLife && (version.endOfLifeDate === undefined || version.endOfLifeDate > now))
    return { reason: 'its deletion is blocked before its end of life', until };
  if (use?.kind === 'used') return { reason: `in use by ${describeUsers(use.by)}`, until: addMs(now, usedForMs) };
  if (use?.kind !== 'unused') return { reason: `who uses it is not known: ${use?.reason ?? 'not asked'}`, until };
  return undefined;
}

function describeUsers(by: string[]): string {
  const [first = '', ...more] = by;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
