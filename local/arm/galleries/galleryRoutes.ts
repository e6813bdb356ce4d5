import type { Arm } from '../arm.ts';
import { ArmError, invalidParameter } from '../errors.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { newIncarnation, type Resource } from '../resources.ts';
import { beginDelete, beginWrite, requireLocation, requireSameLocation, writeReply } from '../writes.ts';
import { keepShared, share, showGallery } from './gallerySharing.ts';
import { type GalleryProperties, galleries, galleryBody } from './galleryTypes.ts';

export function galleryRoutes(arm: Arm): Route[] {
  const path = 'microsoft.compute/galleries/:gallery';
  return [
    ...readRoutes(arm, galleries, path, showGallery),
    { method: 'PUT', path: `${inGroup}/${path}`, handle: (request) => put(arm, request) },
    { method: 'PATCH', path: `${inGroup}/${path}`, handle: (request) => patch(arm, request) },
    { method: 'DELETE', path: `${inGroup}/${path}`, handle: (request) => remove(arm, request) },
    { method: 'POST', path: `${inGroup}/${path}/share`, handle: (request) => share(arm, request) },
  ];
}

function put(arm: Arm, request: ArmRequest): Reply {
  const { target } = request;
  const body = parseBody(request, galleryBody);
  const before = arm.resources.find(galleries, target.id);
  if (before) {
    requireSameLocation(before, body.location);
    return update(arm, request, before, {
      ...before,
      properties: body.properties,
      ...(body.tags && { tags: body.tags }),
    });
  }
  arm.resources.requireParent(target);
  if (!/^[A-Za-z0-9][A-Za-z0-9_.]{0,79}$/.test(target.name)) {
    throw invalidParameter(
      'galleryName',
      `The gallery name '${target.name}' is not valid: letters, digits, '_' and '.', at most 80.`,
    );
  }
  const sharingProfile = keepShared(body.properties.sharingProfile, undefined);
  const gallery = {
    id: target.id,
    name: target.name,
    type: galleries.name,
    location: requireLocation(body.location),
    ...(body.tags && { tags: body.tags }),
    properties: withIdentifier(arm, target.name, {
      ...body.properties,
      ...(sharingProfile && { sharingProfile }),
    }),
    systemData: systemData(request),
    incarnation: newIncarnation(),
    state: {},
  };
  const written = beginWrite(arm, request, gallery, { existed: false, afterMs: arm.settings.updateMs });
  return writeReply(arm, request, 201, written);
}

function patch(arm: Arm, request: ArmRequest): Reply {
  const before = arm.resources.get(galleries, request.target);
  const body = parseBody(request, galleryBody);
  const properties = { ...before.properties, ...body.properties };
  return update(arm, request, before, { ...before, properties, ...(body.tags && { tags: body.tags }) });
}

type Gallery = Resource<GalleryProperties, object>;

function update(arm: Arm, request: ArmRequest, before: Gallery, after: Gallery): Reply {
  const sharingProfile = keepShared(after.properties.sharingProfile, before.properties.sharingProfile);
  const properties = withIdentifier(arm, before.name, {
    ...after.properties,
    ...(sharingProfile && { sharingProfile }),
  });
  const gallery = { ...after, properties, systemData: systemData(request, before.systemData) };
  const written = beginWrite(arm, request, gallery, { existed: true, afterMs: arm.settings.updateMs });
  return writeReply(arm, request, 200, written);
}

function remove(arm: Arm, request: ArmRequest): Reply {
  const gallery = arm.resources.find(galleries, request.target.id);
  if (gallery) refuseWithChildren(arm, gallery, 'images');
  return beginDelete(arm, request, gallery, { afterMs: arm.settings.updateMs });
}

/** A gallery with definitions, or a definition with versions, cannot go. */
export function refuseWithChildren(arm: Arm, parent: Resource<unknown, unknown>, collection: string): void {
  const child = arm.resources.hasChildren(parent.id, collection);
  if (!child) return;
  throw new ArmError(409, {
    code: 'CannotDeleteResource',
    message: `Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '${child}'. Please delete all nested resources before deleting this resource.`,
  });
}

function withIdentifier<P extends object>(arm: Arm, name: string, properties: P): P {
  return { ...properties, identifier: { uniqueName: `${arm.subscriptionId}-${name.toUpperCase()}` } };
}
