import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { teamName } from '../domain/teams/team.ts';
import type { TeamState } from '../domain/teams/teamState.ts';
import type { Ports } from '../ports.ts';
import { loadTeam } from '../workflow/teamLog.ts';
import { operatorRole, principalOf, type Role } from './access.ts';
import type { Principal } from './principal.ts';
import { ProblemError } from './problem.ts';

/** Of an operation on one team. */
export const teamPath = z.object({ team: teamName.meta({ param: { name: 'team', in: 'path' }, example: 'web' }) });

/** Whether the caller is one of them, itself or as member of a group that its token names. */
export function includesCaller({ objectId, groups }: Principal, principals: { objectId: string }[]): boolean {
  return principals.some((each) => each.objectId === objectId || groups.includes(each.objectId));
}

/**
 * The team, for its own members and for whoever has one of the roles; also one that nobody has, which any team may take.
 * What is another team's is 403 in every operation, and 404 only what is not there: names are taken by who comes first,
 * so that PUT tells of each whether it is free, and a 404 elsewhere would hide nothing and leave its caller guessing.
 */
export async function requireOwn(
  ports: Pick<Ports, 'auditLogs'>,
  context: Context,
  name: string,
  roles: Role[] = [operatorRole],
): Promise<TeamState> {
  const principal = principalOf(context);
  const { state } = await loadTeam(ports, name);
  const owners = state.wanted?.principals ?? state.inForce?.principals;
  const may = roles.some((role) => principal.roles.includes(role));
  if (owners && !may && !includesCaller(principal, owners)) throw new ProblemError(403, `team ${name} is not yours`);
  return state;
}

export function noTeam(name: string): ProblemError {
  return new ProblemError(404, `there is no team ${name}`);
}
