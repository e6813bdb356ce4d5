import type { VmConfiguration } from '../domain/facts.ts';
import { type ImageVersion, normaliseRegion } from '../domain/imageVersion.ts';
import type { Policy } from '../domain/policy.ts';

/**
 * The VM configurations to try, best first and bounded by the policy: every size in the first region, then the next
 * region. Only regions that the version is replicated to, and that have a smoke-test subnet, can launch it.
 */
export function testPlan(version: ImageVersion, policy: Policy, subnetRegions: string[]): VmConfiguration[] {
  const targets = version.targetRegions.map((region) => region.name);
  const home = [version.location, ...targets.filter((region) => region !== version.location)];
  const wanted = policy.smokeTest.regions?.map(normaliseRegion) ?? home;
  const regions = wanted.filter((region) => targets.includes(region) && subnetRegions.includes(region));
  const configurations = regions.flatMap((region) =>
    policy.smokeTest.vmSizes.map((vmSize) => ({ region, vmSize, why: `size and region in the order of the policy` })),
  );
  return configurations.slice(0, policy.smokeTest.maxAttempts);
}
