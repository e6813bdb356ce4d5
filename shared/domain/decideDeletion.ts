import { act, type Decision, record, wait } from './decision.ts';
import { dayMs } from './endOfLife.ts';
import type { FactOf } from './facts.ts';
import type { ImageUse } from './imageUse.ts';
import { type ImageVersion, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { addMs, type Instant, msBetween, nextLook } from './instant.ts';
import type { RetentionRules } from './lifecycleRules.ts';

const lookEveryMs = 15_000;
const repeatAfterMs = 10 * 60_000;
/** What is used today is hardly free tomorrow; what could not be told may be told tomorrow. */
const usedForMs = 7 * dayMs;

/**
 * Deletes a version that retention does not keep any more: looked at once more, in fresh light, and read back. Until Azure has
 * taken the deletion, whatever speaks for the version keeps it.
 */
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
  const { acceptedAt } = deletion ?? {};
  // Azure says of a deletion only that the version is gone, or is not.
  if (deletion && acceptedAt !== undefined && msBetween(acceptedAt, now) < repeatAfterMs)
    return wait(nextLook(deletion.intendedAt, now, lookEveryMs));
  const why = whyWanted(version, rules, now) ?? (acceptedAt === undefined ? whyUsed(use, now) : undefined);
  if (why) return record({ type: 'retentionKept', ...why });
  if (deletion) return act({ kind: 'deleteVersion' });
  if (rules.mode === 'preview') return record({ type: 'wouldBeDeleted', reason });
  return act({ kind: 'takeDeletion', reason, mostPerDay: rules.mostPerDay });
}

type Kept = Pick<FactOf<'retentionKept'>, 'reason' | 'until'>;

/** Somebody shows the version, or wants it to stay. */
function whyWanted(version: ImageVersion, { graceDays }: RetentionRules, now: Instant): Kept | undefined {
  const offered = offeredRegions(version);
  const until = addMs(now, dayMs);
  if (offered.length > 0) return { reason: `it is offered in ${offered.join(', ')}`, until };
  const { endOfLifeDate, safetyProfile } = version;
  if (safetyProfile.blockDeletionBeforeEndOfLife && (endOfLifeDate === undefined || endOfLifeDate > now))
    return { reason: 'its deletion is blocked before its end of life', until };
  const isOver = endOfLifeDate === undefined || addMs(endOfLifeDate, graceDays * dayMs) <= now;
  return isOver ? undefined : { reason: `its end of life is ${endOfLifeDate}`, until };
}

/** Fails closed: what is not known is a reason to keep. */
function whyUsed(use: ImageUse | undefined, now: Instant): Kept | undefined {
  if (use?.kind === 'unused') return undefined;
  if (use?.kind === 'used') return { reason: `in use by ${describeUsers(use.by)}`, until: addMs(now, usedForMs) };
  return { reason: `who uses it is not known: ${use?.reason ?? 'not asked'}`, until: addMs(now, dayMs) };
}

function describeUsers(by: string[]): string {
  const [first = '', ...more] = by;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
