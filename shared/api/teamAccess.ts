import type { Principal } from './principal.ts';

/** Whether the caller is one of them, itself or as member of a group that its token names. */
export function includesCaller({ objectId, groups }: Principal, principals: { objectId: string }[]): boolean {
  return principals.some((each) => each.objectId === objectId || groups.includes(each.objectId));
}
