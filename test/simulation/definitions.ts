import type { ImageDefinitionId } from '../../shared/domain/ids.ts';

/** The image definitions of the simulated gallery, and the regions of their versions. */
export const definitions: ImageDefinitionId[] = ['ubuntu-2404', 'debian-13'].map((image) => ({
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'rg-images',
  gallery: 'corpGallery',
  image,
}));
export const regions = ['westeurope', 'northeurope', 'uksouth'];
