import type { LeftOut, VmConfiguration } from '../domain/facts.ts';
import type { ImageDefinition } from '../domain/imageDefinition.ts';
import { type ImageVersion, normaliseRegion } from '../domain/imageVersion.ts';
import type { Policy } from '../domain/policy.ts';
import { type Fit, fitSize } from './plan/fitSize.ts';
import { featuresAt, type ImageFeatures } from './plan/imageFeatures.ts';
import { findVmSize, sizesOf, vmSizeFamilies } from './plan/vmSizes.ts';

export interface TestPlan {
  /** VM configurations to try, best first; empty where nothing fits. */
  configurations: VmConfiguration[];
  /** What the policy or the version names and the plan does not use. */
  leftOut: LeftOut[];
  /** Why the plan is empty, and what to change. */
  problem?: string;
}

type Candidate = Extract<Fit, { kind: 'fits' }> & { family: string; from: string };

/**
 * Which VMs to try, in order and bounded by the policy's `maxAttempts`, and why: nothing is left to chance. Only regions
 * that the version is replicated to, and that have a smoke-test subnet, can launch it. What has no capacity for one size
 * has none for its whole family, so that other families, then other regions, come before a second size of one family.
 */
export function testPlan(
  definition: ImageDefinition,
  version: ImageVersion,
  policy: Policy,
  subnetRegions: string[],
): TestPlan {
  const { vmSizes, maxAttempts } = policy.smokeTest;
  const features = featuresAt(definition, version.version);
  const leftOut: LeftOut[] = [];
  const regions = chooseRegions(version, policy, subnetRegions, leftOut);
  const candidates =
    vmSizes.length > 0 ? namedSizes(definition, features, vmSizes, leftOut) : defaultSizes(definition, features);
  const all = inRounds(candidates).flatMap((round) => regions.flatMap((region) => round.map(configure(region))));
  const configurations = bounded(all, maxAttempts);
  const cut = all.length - configurations.length;
  if (cut > 0) leftOut.push({ why: `${cut} more configurations: maxAttempts of the policy is ${maxAttempts}` });
  if (all.length > 0) return { configurations, leftOut };
  return { configurations, leftOut, problem: problemOf(definition, features, regions, vmSizes, leftOut) };
}

function chooseRegions(version: ImageVersion, policy: Policy, subnetRegions: string[], leftOut: LeftOut[]): string[] {
  const targets = version.targetRegions.map((region) => region.name);
  const home = [version.location, ...targets].filter((region) => targets.includes(region));
  const wanted = [...new Set(policy.smokeTest.regions?.map(normaliseRegion) ?? home)];
  return wanted.filter((region) => {
    const isTarget = targets.includes(region);
    if (isTarget && subnetRegions.includes(region)) return true;
    leftOut.push({ region, why: isTarget ? 'no smoke-test subnet there' : 'not a target region of the version' });
    return false;
  });
}

function namedSizes(
  definition: ImageDefinition,
  features: ImageFeatures,
  vmSizes: string[],
  leftOut: LeftOut[],
): Candidate[] {
  return [...new Set(vmSizes)].flatMap((vmSize) => {
    const fit = fitSize(definition, features, vmSize);
    if (fit.kind === 'fits')
      return { ...fit, family: findVmSize(vmSize)?.family.name ?? vmSize, from: 'a size of the policy' };
    leftOut.push({ vmSize, why: fit.why });
    return [];
  });
}

/** Of each family its smallest size that fits; first the families that can show most of what the definition promises. */
function defaultSizes(definition: ImageDefinition, features: ImageFeatures): Candidate[] {
  const isOrdinary = features.securityTypes[0] !== 'ConfidentialVM';
  const candidates = vmSizeFamilies
    .filter((family) => !(isOrdinary && family.securityTypes.includes('ConfidentialVM')))
    .flatMap((family) => {
      const fits = sizesOf(family).map((size) => fitSize(definition, features, size.name));
      const fit = fits.find((one) => one.kind === 'fits');
      return fit ? [{ ...fit, family: family.name, from: `the smallest size of ${family.name} that fits` }] : [];
    });
  return candidates.toSorted((a, b) => promisesKept(b, features) - promisesKept(a, features));
}

function promisesKept({ settings }: Candidate, features: ImageFeatures): number {
  const kept = [
    settings.securityType === features.securityTypes[0],
    settings.diskController === undefined || settings.diskController === features.diskControllers[0],
    settings.hibernation === true || !features.hibernation,
    settings.acceleratedNetworking === true || features.acceleratedNetworking !== true,
  ];
  return kept.filter(Boolean).length;
}

/** The first of every family, then the second of those that have one, and so on. */
function inRounds(candidates: Candidate[]): Candidate[][] {
  const rounds: Candidate[][] = [];
  const used = new Map<string, number>();
  for (const candidate of candidates) {
    const round = used.get(candidate.family) ?? 0;
    used.set(candidate.family, round + 1);
    rounds[round] = [...(rounds[round] ?? []), candidate];
  }
  return rounds;
}

/** The first ones, and the last of them elsewhere: whether a region or the image is to blame shows only in a second region. */
function bounded(all: VmConfiguration[], most: number): VmConfiguration[] {
  const first = all.slice(0, most);
  const isElsewhere = ({ region }: VmConfiguration) => region !== all[0]?.region;
  const elsewhere = all.find(isElsewhere);
  if (!elsewhere || most < 2 || first.some(isElsewhere)) return first;
  return [...first.slice(0, -1), elsewhere];
}

function configure(region: string) {
  return ({ settings, from, reasons }: Candidate): VmConfiguration => ({
    region,
    ...settings,
    why: [from, ...reasons].join('; '),
  });
}

function problemOf(
  definition: ImageDefinition,
  features: ImageFeatures,
  regions: string[],
  vmSizes: string[],
  leftOut: LeftOut[],
): string {
  if (regions.length === 0) {
    const tried = leftOut.flatMap(({ region, why }) => (region === undefined ? [] : `${region}: ${why}`));
    return `no region can launch it (${tried.join('; ') || 'the version has no target region'}): replicate the version to a region that has a smoke-test subnet, or add a subnet`;
  }
  const { generation, architecture } = definition;
  const image = `a generation ${generation.slice(1)}, ${architecture}, ${features.securityFeature} image`;
  if (features.securityTypes.length === 0)
    return `${image} cannot exist: generation 1 is Standard; change the feature SecurityType of the image definition`;
  if (vmSizes.length === 0) return `no size known to the service fits ${image}: name sizes in smokeTest.vmSizes`;
  const tried = leftOut.flatMap(({ vmSize, why }) => (vmSize === undefined ? [] : `${vmSize}: ${why}`));
  return `no size of the policy fits ${image} (${tried.join('; ')}): change smokeTest.vmSizes, or leave it out to have sizes chosen`;
}
