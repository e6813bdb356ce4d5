import { hash } from 'node:crypto';

/** Names of an image definition, as Azure spells them in the resource id. */
export interface ImageDefinitionId {
  subscriptionId: string;
  resourceGroup: string;
  gallery: string;
  image: string;
}

const pattern =
  /^\/subscriptions\/([^/?#\s]+)\/resourceGroups\/([^/?#\s]+)\/providers\/Microsoft\.Compute\/galleries\/([^/?#\s]+)\/images\/([^/?#\s]+)(?:\/versions\/(\d+\.\d+\.\d+))?$/i;

/** Reads the resource id of an image definition or image version; ARM ids are case-insensitive. */
export function parseImageId(id: string): { definition: ImageDefinitionId; version?: string } | undefined {
  const match = pattern.exec(id);
  const [, subscriptionId, resourceGroup, gallery, image, version] = match ?? [];
  if (!subscriptionId || !resourceGroup || !gallery || !image) return undefined;
  const definition = { subscriptionId, resourceGroup, gallery, image };
  return version === undefined ? { definition } : { definition, version };
}

export type GalleryId = Omit<ImageDefinitionId, 'image'>;

const galleryPattern =
  /^\/subscriptions\/([^/?#\s]+)\/resourceGroups\/([^/?#\s]+)\/providers\/Microsoft\.Compute\/galleries\/([^/?#\s]+)$/i;

/** Reads the resource id of a gallery. */
export function parseGalleryId(id: string): GalleryId | undefined {
  const [, subscriptionId, resourceGroup, gallery] = galleryPattern.exec(id) ?? [];
  if (!subscriptionId || !resourceGroup || !gallery) return undefined;
  return { subscriptionId, resourceGroup, gallery };
}

export function galleryResourceId({
  subscriptionId,
  resourceGroup,
  gallery,
}: Omit<ImageDefinitionId, 'image'>): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/galleries/${gallery}`;
}

export function definitionResourceId(id: ImageDefinitionId): string {
  return `${galleryResourceId(id)}/images/${id.image}`;
}

export function versionResourceId(id: ImageDefinitionId, version: string): string {
  return `${definitionResourceId(id)}/versions/${version}`;
}

/** The resource id of another version of the same image definition. */
export function siblingVersionId(imageVersionId: string, version: string): string {
  return `${imageVersionId.slice(0, imageVersionId.lastIndexOf('/'))}/${version}`;
}

/** Hexadecimal SHA-256 of the parts, cut to `length`; parts are length-prefixed, so `ab`+`c` is not `a`+`bc`. */
export function shortHash(length: number, ...parts: string[]): string {
  let framed = '';
  for (const part of parts) framed += `${Buffer.byteLength(part)}:${part}`;
  return hash('sha256', framed).slice(0, length);
}

/**
 * Key of an image definition: session id, folder of its logs, prefix of its VM names. The lower-cased resource id
 * itself would not do: with ordinary names it is longer than the 128 characters of a Service Bus session id.
 */
export function definitionKey(id: ImageDefinitionId): string {
  return keyOf(definitionResourceId(id));
}

export function galleryKey(id: Omit<ImageDefinitionId, 'image'>): string {
  return keyOf(galleryResourceId(id));
}

/** A step asks for the same few keys again and again. */
const keys = new Map<string, string>();
const mostKeys = 1_000;

function keyOf(resourceId: string): string {
  const known = keys.get(resourceId);
  if (known !== undefined) return known;
  const key = shortHash(20, resourceId.toLowerCase());
  if (keys.size >= mostKeys) keys.clear();
  keys.set(resourceId, key);
  return key;
}

const vmNamePattern = /^imp-([0-9a-f]{20})-[0-9a-f]{12}$/;

/** A smoke-test VM's name: from it an event about the VM finds the session. */
export function vmName(definition: string, incarnation: string, attempt: number): string {
  return `imp-${definition}-${shortHash(12, incarnation, String(attempt))}`;
}

export function definitionKeyOfVm(name: string): string | undefined {
  return vmNamePattern.exec(name.toLowerCase())?.[1];
}
