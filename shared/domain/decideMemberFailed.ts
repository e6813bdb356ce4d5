import { decideWithdrawal } from './decideWithdrawal.ts';
import { type Decision, nothing, record } from './decision.ts';
import { type ImageVersion, isUnsettled, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';
import type { Surroundings } from './surroundings.ts';

/** Another member of the group failed: out of latest where another good version stands, and elsewhere a person decides. */
export function decideMemberFailed(
  state: IncarnationState,
  { reason }: NonNullable<IncarnationState['memberFailed']>,
  version: ImageVersion,
  { goodIn }: Pick<Surroundings, 'goodIn'>,
  now: Instant,
): Decision {
  const offered = offeredRegions(version);
  const begun = state.write?.regions ?? [];
  const regions = [...new Set([...begun, ...offered.filter((region) => goodIn.includes(region))])].sort();
  if (regions.length > 0 || offered.length === 0 || isUnsettled(version))
    return decideWithdrawal(state, { why: 'group', regions, reason }, version, now);
  if (state.needsAttention) return nothing;
  const ask = `nothing else would be latest in ${offered.join(', ')}: publish another version there, or quarantine this one by hand`;
  return record({ type: 'needsAttention', code: 'GroupFailed', reason: `${reason}; ${ask}` });
}
