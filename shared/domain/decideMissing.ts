import { type Decision, record } from './decision.ts';
import { offerIn } from './flagPlan.ts';
import { offeredRegions } from './imageVersion.ts';
import { type Instant, msBetween } from './instant.ts';
import type { Releasing } from './releasing.ts';

/** For this long after it was asked for again, a replication may still show the failure of before. */
const staleFailureMs = 15 * 60_000;

/** What is not replicated in time is asked for once more, then left excluded. */
export function decideMissing(
  { state, release, version, policy, now }: Releasing,
  missing: string[],
): Decision | undefined {
  const limitMs = policy.replicationLimitHours * 3_600_000;
  const isLate = (since: Instant) => msBetween(since, now) >= limitMs;
  const isFailed = (region: string) => version.replication?.[region] === 'Failed';
  const late = missing.filter((region) => {
    return release.retried[region] === undefined && (isFailed(region) || isLate(state.detectedAt));
  });
  if (late.length > 0) {
    const begun = Object.keys(release.published).length > 0;
    const plan = offerIn(version, begun ? offeredRegions(version) : []);
    return record({ type: 'replicationIntended', plan, regions: late });
  }
  const lost = missing.filter((region) => {
    const since = release.retried[region];
    return since !== undefined && (isLate(since) || (isFailed(region) && msBetween(since, now) >= staleFailureMs));
  });
  return lost.length > 0 ? record({ type: 'regionsLeft', regions: lost }) : undefined;
}
