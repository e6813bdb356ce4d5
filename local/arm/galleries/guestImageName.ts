import type { Arm } from '../arm.ts';
import { disks, virtualMachines } from '../virtualMachines/virtualMachineTypes.ts';
import { versions } from './galleryTypes.ts';
import { managedImages } from './managedImageRoutes.ts';

/** Follows a source id to the guest image in it. An id or blob address that is no resource here names the
 * image by its last segment. */
export function guestImageName(arm: Arm, sourceId: string): string {
  const image = arm.resources.find(managedImages, sourceId);
  if (image) return image.state.guestImage;
  const holder =
    arm.resources.find(versions, sourceId) ??
    arm.resources.find(virtualMachines, sourceId) ??
    arm.resources.find(disks, sourceId);
  return holder?.state.guestImage ?? sourceId.slice(sourceId.lastIndexOf('/') + 1).replace(/\.vhd$/i, '');
}
