import type { VmConfiguration } from '../../domain/facts.ts';
import type { ImageDefinition } from '../../domain/imageDefinition.ts';
import { compareVersions } from '../../domain/imageVersion.ts';

export type SecurityType = NonNullable<VmConfiguration['securityType']>;
export type DiskController = NonNullable<VmConfiguration['diskController']>;

/** What the features of a definition promise for one version; undefined where it says nothing. */
export interface ImageFeatures {
  /** Security types that VMs of the version may have, the one to test first in front. */
  securityTypes: SecurityType[];
  /** The value of the feature SecurityType, for people; `Standard` when absent. */
  securityFeature: string;
  diskControllers: DiskController[];
  acceleratedNetworking?: boolean;
  hibernation: boolean;
}

/**
 * By the lower-cased value of SecurityType: ordinary sizes cannot be confidential, so that what is only supported there
 * comes last. Values as in Azure's documentation of trusted launch and of confidential VMs in a Compute Gallery, which
 * spells the last of them in two ways.
 */
const securityTypesOf: Record<string, SecurityType[]> = {
  standard: ['Standard'],
  trustedlaunch: ['TrustedLaunch'],
  trustedlaunchsupported: ['TrustedLaunch', 'Standard'],
  confidentialvm: ['ConfidentialVM'],
  confidentialvmsupported: ['Standard', 'ConfidentialVM'],
  trustedlaunchandconfidentialvmsupported: ['TrustedLaunch', 'Standard', 'ConfidentialVM'],
};

/**
 * The features that a version has: a feature with `startsAtVersion` holds from that version on ("The minimum gallery
 * image version which supports this feature", GalleryImageFeature of the REST API). A generation 1 VM has neither secure
 * boot nor vTPM, and no NVMe (generation-2.md and nvme-overview.md of Azure's VM documentation). An image that names no
 * disk controllers is taken as SCSI: Azure makes SCSI VMs from it (nvme-overview.md).
 */
export function featuresAt(definition: ImageDefinition, version: string): ImageFeatures {
  const value = (name: string) => valueAt(definition, version, name);
  const securityFeature = value('SecurityType') ?? 'Standard';
  const isFirstGeneration = definition.generation === 'V1';
  const securityTypes = securityTypesOf[securityFeature.toLowerCase()] ?? ['Standard'];
  const controllers = (value('DiskControllerTypes') ?? value('DiskControllerType') ?? 'SCSI')
    .toLowerCase()
    .split(/[\s,]+/);
  const acceleratedNetworking = isTrue(value('IsAcceleratedNetworkSupported'));
  return {
    securityTypes: isFirstGeneration ? securityTypes.filter((type) => type === 'Standard') : securityTypes,
    securityFeature,
    diskControllers: [
      ...(controllers.includes('nvme') && !isFirstGeneration ? (['NVMe'] as const) : []),
      ...(controllers.includes('scsi') || isFirstGeneration ? (['SCSI'] as const) : []),
    ],
    ...(acceleratedNetworking !== undefined && { acceleratedNetworking }),
    hibernation: isTrue(value('IsHibernateSupported')) ?? false,
  };
}

/** Of several entries for one feature, the one that starts latest. */
function valueAt({ features }: ImageDefinition, version: string, name: string): string | undefined {
  const start = (feature: { startsAtVersion?: string }) => feature.startsAtVersion ?? '0.0.0';
  return features
    .filter((feature) => feature.name.toLowerCase() === name.toLowerCase())
    .filter((feature) => compareVersions(start(feature), version) <= 0)
    .toSorted((a, b) => compareVersions(start(b), start(a)))[0]
    ?.value.trim();
}

function isTrue(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value.toLowerCase() === 'true';
}
