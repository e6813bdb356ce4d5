import { decideRequest, type RequestContext, type RequestDecision } from '../domain/decideRequest.ts';
import { planGroup } from '../domain/groupPlan.ts';
import type { Group } from '../domain/groups.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { policyFor } from '../domain/policyFile.ts';
import { planRequest, type RequestPlan } from '../domain/requestPlan.ts';
import type { RequestFact } from '../domain/requests.ts';
import type { Ports } from '../ports.ts';
import { lastGoodPolicy } from './currentPolicy.ts';
import { foldDefinitionLog, foldIncarnationLog } from './foldLog.ts';
import { definitionLog, incarnationLog, loadLog } from './log.ts';
import { lookAtMates } from './lookAtMates.ts';
import { requestContext } from './requestContext.ts';

export type PlanPorts = Pick<Ports, 'auditLogs' | 'galleries' | 'documents' | 'clock'>;

interface DecidedNow {
  decision: RequestDecision;
  context: RequestContext;
  group?: Group;
}

/** What would be decided on a request now, by the policy of the last step. Undefined for a definition that is not known. */
export async function decideNow(
  ports: PlanPorts,
  definition: ImageDefinitionId,
  asked: RequestFact,
  by: string,
): Promise<DecidedNow | undefined> {
  const key = definitionKey(definition);
  const state = foldDefinitionLog(await loadLog(ports, definitionLog(key)));
  if (state.imageDefinitionId === undefined || state.deleted) return undefined;
  const { policy, group } = policyFor(await lastGoodPolicy(ports), definition);
  const versions = (await ports.galleries.listVersions(definition)) ?? [];
  const readState = async (incarnation: string) =>
    foldIncarnationLog(await loadLog(ports, incarnationLog(key, incarnation)));
  const context = await requestContext(ports, definition, asked, { state, versions, policy }, readState);
  const decision = decideRequest({ id: 'plan', by, at: ports.clock.now(), asked }, context);
  return { decision, context, ...(group && { group }) };
}

/** What a request would come to now, for its image definition and for the group that this is a member of. */
export async function planFor(
  ports: PlanPorts,
  definition: ImageDefinitionId,
  asked: RequestFact,
  by: string,
): Promise<RequestPlan | undefined> {
  const decided = await decideNow(ports, definition, asked, by);
  if (!decided) return undefined;
  const { decision, context, group } = decided;
  if (decision.kind === 'refused' || !group) return planRequest(decision, context);
  const touched = await lookAtMates(ports, definition, group, decision.versions);
  return planRequest(decision, context, planGroup(group.name, touched));
}
