/** Who uses an image version: resource ids of VMs, scale sets and their instances. */
export type ImageUse = { kind: 'unused' } | { kind: 'used'; by: string[] } | { kind: 'unknown'; reason: string };
