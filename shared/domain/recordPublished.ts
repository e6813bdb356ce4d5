import { type Decision, record } from './decision.ts';
import type { FactOf } from './facts.ts';
import type { FlagPlan } from './flagPlan.ts';
import { compareVersions, offeredRegions } from './imageVersion.ts';
import type { Releasing } from './releasing.ts';

/** What a write has published, now that it is read back: some regions of the version, or the last of them. */
export function recordPublished({ state, release, version, surroundings }: Releasing, plan: FlagPlan): Decision {
  const regions = offeredRegions(version).filter((name) => plan.regions[name] === false);
  const fresh = regions.filter((region) => release.published[region] === undefined);
  const notLatestIn = fresh.filter((region) => {
    const latest = surroundings.latest[region];
    return latest !== undefined && compareVersions(latest, version.version) > 0;
  });
  const place = {
    ...(notLatestIn.length > 0 && { notLatestIn }),
    ...(state.overridden && { overridden: true as const }),
  };
  const isLast = version.targetRegions.every(({ name }) => regions.includes(name) || release.left[name] !== undefined);
  const notAvailableIn = version.targetRegions.map(({ name }) => name).filter((name) => !regions.includes(name));
  if (!isLast) return record({ type: 'regionsPublished', regions: fresh, notAvailableIn, ...place });
  const published: FactOf<'published'> = {
    type: 'published',
    regions,
    notAvailableIn,
    ...(fresh.length < regions.length && { newRegions: fresh }),
    ...place,
  };
  return record(published);
}
