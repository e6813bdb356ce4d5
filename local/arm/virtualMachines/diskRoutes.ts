import type { Arm } from '../arm.ts';
import { operationNotAllowed } from '../errors.ts';
import { inGroup, readRoutes } from '../reads.ts';
import type { ArmRequest, Reply, Route } from '../request.ts';
import { beginDelete } from '../writes.ts';
import { disks } from './virtualMachineTypes.ts';

/** Disks come with virtual machines; alone they can be seen and deleted. */
export function diskRoutes(arm: Arm): Route[] {
  const path = 'microsoft.compute/disks/:disk';
  return [
    ...readRoutes(arm, disks, path),
    { method: 'DELETE', path: `${inGroup}/${path}`, handle: (request) => remove(arm, request) },
  ];
}

function remove(arm: Arm, request: ArmRequest): Reply {
  const disk = arm.resources.find(disks, request.target.id);
  if (disk?.managedBy) throw operationNotAllowed(`Disk ${disk.name} is attached to VM ${disk.managedBy}.`);
  return beginDelete(arm, request, disk, { afterMs: arm.settings.updateMs });
}
