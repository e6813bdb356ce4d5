import { definitionKey, type ImageDefinitionId } from '../../shared/domain/ids.ts';

/** The image definitions of the simulated gallery, and the regions of their versions. */
export const definitions: ImageDefinitionId[] = ['ubuntu-2404', 'debian-13'].map((image) => ({
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'rg-images',
  gallery: 'corpGallery',
  image,
}));
export const regions = ['westeurope', 'northeurope', 'uksouth'];

const keys = new Map(definitions.map((definition) => [definition.image, definitionKey(definition)]));

/** The key of an image definition of the simulated gallery, in whatever object. */
export function keyOf(definition: ImageDefinitionId): string {
  return keys.get(definition.image) ?? definitionKey(definition);
}
