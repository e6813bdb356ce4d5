import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { policyFor } from '../domain/policyFile.ts';
import { planRequest, type RequestPlan } from '../domain/requestPlan.ts';
import type { RequestFact } from '../domain/requests.ts';
import type { Ports } from '../ports.ts';
import { lastGoodPolicy } from './currentPolicy.ts';
import { foldDefinitionLog, foldIncarnationLog } from './foldLog.ts';
import { definitionLog, incarnationLog, loadLog } from './log.ts';
import { requestContext } from './requestContext.ts';

export type PlanPorts = Pick<Ports, 'auditLogs' | 'galleries' | 'documents' | 'clock'>;

/** What a request would come to now, by the policy of the last step. Undefined for a definition that is not known. */
export async function planFor(
  ports: PlanPorts,
  definition: ImageDefinitionId,
  asked: RequestFact,
  by: string,
): Promise<RequestPlan | undefined> {
  const key = definitionKey(definition);
  const state = foldDefinitionLog(await loadLog(ports, definitionLog(key)));
  if (state.imageDefinitionId === undefined || state.deleted) return undefined;
  const { policy } = policyFor(await lastGoodPolicy(ports), definition);
  const versions = (await ports.galleries.listVersions(definition)) ?? [];
  const readState = async (incarnation: string) =>
    foldIncarnationLog(await loadLog(ports, incarnationLog(key, incarnation)));
  const context = await requestContext(ports, definition, asked, { state, versions, policy }, readState);
  return planRequest({ id: 'plan', by, at: ports.clock.now(), asked }, context);
}
