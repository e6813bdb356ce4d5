import { createRestError } from '@azure-rest/core-client';
import * as z from 'zod';
import { entities } from '../config.ts';
import { shortHash } from '../domain/ids.ts';
import type { TeamPrincipal } from '../domain/teams/team.ts';
import type { Granting } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import type { ResourceManager } from './createResourceManager.ts';

/** Azure Service Bus Data Receiver; the id is the same in every tenant. */
const dataReceiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0';
const roleName = 'Azure Service Bus Data Receiver';
const apiVersion = '2022-04-01';

/** The right to receive from one subscription. */
export interface ReceiverRole {
  assign(team: string, principal: TeamPrincipal): Promise<Granting>;
  remove(team: string, principal: TeamPrincipal): Promise<Granting>;
}

/**
 * Assigns the role on the subscription entity itself, so that it says nothing about any other team's. A service that has
 * no right to assign roles is told so by Azure (403), and hands on the command.
 */
export function createReceiverRole({ rest }: Pick<ResourceManager, 'rest'>, namespaceId: string): ReceiverRole {
  const subscriptionId = namespaceId.split('/')[2];
  const scopeOf = (team: string) => `${namespaceId}/topics/${entities.imageVersions}/subscriptions/${team}`;
  const pathOf = (team: string, { objectId }: TeamPrincipal) =>
    `${scopeOf(team)}/providers/Microsoft.Authorization/roleAssignments/${guidOf(scopeOf(team), objectId)}?api-version=${apiVersion}`;
  return {
    assign: (team, principal) =>
      callAzure(`let ${principal.objectId} receive as team ${team}`, async (abortSignal) => {
        const properties = {
          roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${dataReceiver}`,
          principalId: principal.objectId,
          principalType: principal.type,
        };
        const response = await rest.pathUnchecked(pathOf(team, principal)).put({ body: { properties }, abortSignal });
        if (response.status === '200' || response.status === '201') return { kind: 'done' };
        const command = `az role assignment create --role "${roleName}" --assignee-object-id ${principal.objectId} --assignee-principal-type ${principal.type} --scope ${scopeOf(team)}`;
        const said = judge(response.body);
        if (said.code === 'RoleAssignmentExists') return { kind: 'done' };
        if (response.status === '403') return { kind: 'notAllowed', command };
        if (response.status === '400') return { kind: 'refused', reason: `${said.code}: ${said.message}` };
        throw createRestError(response);
      }),
    remove: (team, principal) =>
      callAzure(`let ${principal.objectId} receive as team ${team} no more`, async (abortSignal) => {
        const response = await rest.pathUnchecked(pathOf(team, principal)).delete({ abortSignal });
        if (response.status === '200' || response.status === '204') return { kind: 'done' };
        const command = `az role assignment delete --role "${roleName}" --assignee ${principal.objectId} --scope ${scopeOf(team)}`;
        if (response.status === '403') return { kind: 'notAllowed', command };
        throw createRestError(response);
      }),
  };
}

const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

function judge(body: unknown): { code: string; message: string } {
  return errorBody.safeParse(body).data?.error ?? { code: 'Unknown', message: '' };
}

/** The same assignment has the same name for ever, so that asking again changes nothing. */
function guidOf(scope: string, objectId: string): string {
  const hash = shortHash(32, scope.toLowerCase(), objectId.toLowerCase(), dataReceiver);
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-5$3-8$4-$5');
}
