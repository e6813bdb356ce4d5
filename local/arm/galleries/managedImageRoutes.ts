import { z } from 'zod';
import type { Arm } from '../arm.ts';
import { requiredParameter } from '../errors.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { newIncarnation, type ResourceType } from '../resources.ts';
import { beginDelete, beginWrite, requireLocation, requireSameLocation, writeReply } from '../writes.ts';

const reference = z.looseObject({ id: z.string() });
const imageBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.looseObject({
    sourceVirtualMachine: reference.optional(),
    storageProfile: z.looseObject({ osDisk: z.looseObject({}).optional() }).optional(),
    hyperVGeneration: z.string().optional(),
  }),
});

export const managedImages: ResourceType<z.output<typeof imageBody>['properties'], { guestImage: string }> = {
  name: 'Microsoft.Compute/images',
};

/** Managed images: sources of image versions. Each holds the guest image that carries its name. */
export function managedImageRoutes(arm: Arm): Route[] {
  const path = 'microsoft.compute/images/:image';
  return [
    ...readRoutes(arm, managedImages, path),
    { method: 'PUT', path: `${inGroup}/${path}`, handle: (request) => put(arm, request) },
    {
      method: 'DELETE',
      path: `${inGroup}/${path}`,
      handle: (request) =>
        beginDelete(arm, request, arm.resources.find(managedImages, request.target.id), {
          afterMs: arm.settings.updateMs,
        }),
    },
  ];
}

function put(arm: Arm, request: ArmRequest): Reply {
  const { target } = request;
  arm.resources.requireParent(target);
  const body = parseBody(request, imageBody);
  const before = arm.resources.find(managedImages, target.id);
  if (before) requireSameLocation(before, body.location);
  if (!body.properties.sourceVirtualMachine && !body.properties.storageProfile) {
    throw requiredParameter('image.properties.storageProfile');
  }
  const image = {
    id: target.id,
    name: target.name,
    type: managedImages.name,
    location: before?.location ?? requireLocation(body.location),
    ...(body.tags && { tags: body.tags }),
    properties: { hyperVGeneration: 'V1', ...body.properties },
    systemData: systemData(request, before?.systemData),
    incarnation: before?.incarnation ?? newIncarnation(),
    state: { guestImage: target.name },
  };
  const existed = before !== undefined;
  const written = beginWrite(arm, request, image, { existed, afterMs: arm.settings.updateMs });
  return writeReply(arm, request, existed ? 200 : 201, written);
}
