import { z } from '@hono/zod-openapi';
import { teamName } from '../domain/teams/team.ts';
import type { Principal } from './principal.ts';

/** Of an operation on one team. */
export const teamPath = z.object({ team: teamName.openapi({ param: { name: 'team', in: 'path' }, example: 'web' }) });

/** Whether the caller is one of them, itself or as member of a group that its token names. */
export function includesCaller({ objectId, groups }: Principal, principals: { objectId: string }[]): boolean {
  return principals.some((each) => each.objectId === objectId || groups.includes(each.objectId));
}
