import type { ImageDefinition } from '../../shared/domain/imageDefinition.ts';

/** An image definition that promises nothing. */
export const linuxDefinition: ImageDefinition = {
  osType: 'Linux',
  osState: 'Generalized',
  generation: 'V2',
  architecture: 'x64',
  features: [],
  recommended: { vCPUs: {}, memory: {} },
  disallowedDiskTypes: [],
};
