import type { Instant } from './instant.ts';

/** An image definition as Azure shows it, with what decides how a VM of its versions is made. */
export interface ImageDefinition {
  osType: 'Linux' | 'Windows';
  osState: 'Generalized' | 'Specialized';
  generation: 'V1' | 'V2';
  architecture: 'x64' | 'Arm64';
  features: ImageFeature[];
  /** What the owner of the image recommends; memory in GiB. */
  recommended: { vCPUs: Range; memory: Range };
  /** Storage account types, such as `Standard_LRS`. */
  disallowedDiskTypes: string[];
  endOfLifeDate?: Instant;
  purchasePlan?: { name: string; publisher: string; product: string };
}

export interface ImageFeature {
  name: string;
  value: string;
  /** The first version that has the feature; without it, every version has. */
  startsAtVersion?: string;
}

export interface Range {
  min?: number;
  max?: number;
}
