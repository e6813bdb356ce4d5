import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Arm } from '../arm.ts';
import { invalidParameter } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { type ArmRequest, parseBody, type Reply, systemData } from '../request.ts';
import { type Resource, render } from '../resources.ts';
import { beginWrite } from '../writes.ts';
import { type GalleryProperties, galleries, type SharingProfile, sharingGroup } from './galleryTypes.ts';

const shareBody = z.object({
  operationType: z.enum(['Add', 'Remove', 'Reset', 'EnableCommunity']),
  groups: z.array(sharingGroup).default([]),
});

/** POST …/share: who may use the gallery directly, or that the community may. */
export function share(arm: Arm, request: ArmRequest): Reply {
  const gallery = arm.resources.get(galleries, request.target);
  const { operationType, groups } = parseBody(request, shareBody);
  const sharingProfile = shared(gallery.properties.sharingProfile ?? {}, operationType, groups);
  const after = {
    ...gallery,
    properties: { ...gallery.properties, sharingProfile },
    systemData: systemData(request, gallery.systemData),
  };
  beginWrite(arm, request, after, { existed: true, afterMs: arm.settings.updateMs });
  return { status: 200, body: { operationType, groups } };
}

function shared(
  before: SharingProfile,
  operation: z.infer<typeof shareBody>['operationType'],
  groups: z.infer<typeof sharingGroup>[],
): SharingProfile {
  const { permissions = 'Private', communityGalleryInfo: info } = before;
  if (operation === 'Reset') return { permissions: 'Private' };
  const needed = operation === 'EnableCommunity' ? 'Community' : 'Groups';
  if (permissions !== needed)
    throw invalidParameter('operationType', `${operation} needs the sharing permission ${needed}, not ${permissions}.`);
  if (operation === 'EnableCommunity') {
    const publicNames = info?.publicNames ?? [`${info?.publicNamePrefix}-${randomUUID()}`];
    return { ...before, communityGalleryInfo: { ...info, communityGalleryEnabled: true, publicNames } };
  }
  const kept = (before.groups ?? []).map(({ type, ids }) => {
    const named = groups.filter((group) => group.type === type).flatMap((group) => group.ids);
    const left = operation === 'Add' ? [...new Set([...ids, ...named])] : ids.filter((id) => !named.includes(id));
    return { type, ids: left };
  });
  const added = operation === 'Add' ? groups.filter(({ type }) => !kept.some((group) => group.type === type)) : [];
  return { ...before, groups: [...kept, ...added] };
}

/** What only POST …/share changes stays as it was, whatever a write of the gallery says. */
export function keepShared(given: SharingProfile | undefined, before: SharingProfile | undefined) {
  if (given === undefined) return before;
  const { communityGalleryEnabled, publicNames } = before?.communityGalleryInfo ?? {};
  const { permissions = before?.permissions, communityGalleryInfo = before?.communityGalleryInfo } = given;
  return {
    permissions,
    ...(before?.groups && { groups: before.groups }),
    ...(communityGalleryInfo && {
      communityGalleryInfo: { ...communityGalleryInfo, communityGalleryEnabled, publicNames },
    }),
  };
}

/** Who it is shared with is told only with `$select=Permissions`. */
export function showGallery(gallery: Resource<GalleryProperties, object>, { url }: ArmRequest): JsonObject {
  const { sharingProfile, ...properties } = gallery.properties;
  const { groups, ...profile } = sharingProfile ?? {};
  const isSelected = url.searchParams.get('$select')?.toLowerCase() === 'permissions';
  const shown = isSelected
    ? { permissions: 'Private', ...profile, ...(groups && { groups }) }
    : sharingProfile && profile;
  return { ...render(gallery), properties: { ...properties, ...(shown && { sharingProfile: shown }) } };
}
