import type { VmSettings } from '../../domain/facts.ts';
import type { ImageDefinition, Range } from '../../domain/imageDefinition.ts';
import type { ImageFeatures } from './imageFeatures.ts';
import { findVmSize, type VmSize } from './vmSizes.ts';

/** How a VM of one size is made from an image, with the reasons; or why it cannot be. */
export type Fit =
  | { kind: 'fits'; settings: Omit<VmSettings, 'region'>; reasons: string[] }
  | { kind: 'unfit'; why: string };

/** Ordinary ones first; OS disks can be of no other type (disks-types.md of Azure's VM documentation). */
const osDiskTypes = ['StandardSSD_LRS', 'Premium_LRS', 'Standard_LRS'];

/**
 * What the definition promises is used where the size can: the strongest security type, NVMe, accelerated networking and
 * hibernation are what users of the image will ask for. A size that the table does not know is used as it is.
 */
export function fitSize(definition: ImageDefinition, features: ImageFeatures, vmSize: string): Fit {
  const size = findVmSize(vmSize);
  const [securityType] = size
    ? features.securityTypes.filter((type) => size.family.securityTypes.includes(type))
    : features.securityTypes;
  const [osDiskType] = allowedDiskTypes(definition, size);
  const why = size && misfit(definition, features, size);
  if (why !== undefined) return { kind: 'unfit', why };
  if (!securityType) return { kind: 'unfit', why: securityMisfit(definition, features, size) };
  if (!osDiskType)
    return { kind: 'unfit', why: 'the definition disallows every type of OS disk that the size can have' };

  const reasons = [`${securityType} for an image that is ${features.securityFeature}`];
  const settings: Omit<VmSettings, 'region'> = { vmSize, securityType, osDiskType };
  if (osDiskType !== osDiskTypes[0])
    reasons.push(`${osDiskType} because of the disk types that the definition disallows`);
  if (!size) return { kind: 'fits', settings, reasons: [...reasons, 'size not known to the service, used as it is'] };
  const { family } = size;
  const controller = features.diskControllers.find((one) => family.diskControllers?.includes(one));
  // Generation 1 has no choice of controllers: its OS disk is on IDE.
  if (controller && definition.generation === 'V2') settings.diskController = controller;
  if (controller === 'NVMe') reasons.push('NVMe, which the definition names');
  const networking = acceleratedNetworking(features, size);
  if (networking !== undefined) settings.acceleratedNetworking = networking;
  if (features.hibernation) {
    const against = hibernationMisfit(definition, securityType, size);
    if (against === undefined) settings.hibernation = true;
    reasons.push(against === undefined ? 'able to hibernate' : `without hibernation: ${against}`);
  }
  return { kind: 'fits', settings, reasons };
}

function misfit(definition: ImageDefinition, features: ImageFeatures, size: VmSize): string | undefined {
  const { family, vCpus, memoryGib } = size;
  const { generation, architecture, recommended } = definition;
  if (family.architecture !== architecture) return `the size is ${family.architecture}, the image ${architecture}`;
  if (!family.generations.includes(generation)) return `the size cannot boot generation ${generation.slice(1)}`;
  const { diskControllers } = family;
  if (diskControllers && !diskControllers.some((one) => features.diskControllers.includes(one)))
    return `the size has ${diskControllers.join(' and ')} disks only, which the definition does not name (DiskControllerTypes)`;
  if (family.acceleratedNetworking === 'required' && features.acceleratedNetworking === false)
    return 'the size requires accelerated networking, which the definition rules out';
  if (!isWithin(vCpus, recommended.vCPUs)) return `${vCpus} vCPUs, ${recommendation(recommended.vCPUs)}`;
  if (!isWithin(memoryGib, recommended.memory))
    return `${memoryGib} GiB of memory, ${recommendation(recommended.memory)}`;
  return undefined;
}

function securityMisfit({ generation }: ImageDefinition, { securityFeature }: ImageFeatures, size: VmSize | undefined) {
  if (generation === 'V1')
    return `the definition is ${securityFeature} and of generation 1, which can only be Standard`;
  const offered = size ? size.family.securityTypes.join(' or ') : 'Standard';
  return `the size makes ${offered} VMs, the definition is ${securityFeature}`;
}

/**
 * Linux cannot hibernate under trusted launch, and a confidential VM not at all (trusted-launch.md, hibernate-resume.md).
 */
function hibernationMisfit({ osType }: ImageDefinition, securityType: string, { family, memoryGib }: VmSize) {
  if (memoryGib > family.hibernatesUpToGib) return 'the size cannot';
  return osType === 'Linux' && securityType !== 'Standard' ? `Linux cannot under ${securityType}` : undefined;
}

/** Undefined leaves it to Azure. */
function acceleratedNetworking(features: ImageFeatures, { family }: VmSize): boolean | undefined {
  if (family.acceleratedNetworking === 'required') return true;
  return family.acceleratedNetworking === 'none' ? undefined : features.acceleratedNetworking;
}

function allowedDiskTypes({ disallowedDiskTypes }: ImageDefinition, size: VmSize | undefined): string[] {
  const disallowed = new Set(disallowedDiskTypes.map((type) => type.toLowerCase()));
  return osDiskTypes
    .filter((type) => !disallowed.has(type.toLowerCase()))
    .filter((type) => type !== 'Premium_LRS' || size === undefined || size.family.premiumStorage);
}

function isWithin(value: number, { min, max }: Range): boolean {
  return value >= (min ?? 0) && value <= (max ?? Number.POSITIVE_INFINITY);
}

function recommendation({ min, max }: Range): string {
  if (max === undefined) return `the definition recommends ${min} or more`;
  return `the definition recommends ${min === undefined ? `at most ${max}` : `${min} to ${max}`}`;
}
