import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { policyFor } from '../domain/policyFile.ts';
import { planRelease as planOf, type ReleasePlan } from '../domain/releasePlan.ts';
import { lastGoodPolicy } from './currentPolicy.ts';
import { foldDefinitionLog, foldIncarnationLog } from './foldLog.ts';
import { definitionLog, incarnationLog, loadLog } from './log.ts';
import type { PlanPorts } from './planFor.ts';

/** What the release of a version will do, by the rules of now. Undefined for a version that is not under the service. */
export async function planRelease(
  ports: PlanPorts,
  definition: ImageDefinitionId,
  number: string,
): Promise<ReleasePlan | undefined> {
  const key = definitionKey(definition);
  const known = foldDefinitionLog(await loadLog(ports, definitionLog(key)));
  const examined = known.versions[number];
  if (examined?.kind !== 'examined') return undefined;
  const state = foldIncarnationLog(await loadLog(ports, incarnationLog(key, examined.incarnation)));
  const versions = (await ports.galleries.listVersions(definition)) ?? [];
  const version = versions.find((each) => each.version === number);
  if (!state || !version) return undefined;
  const { policy, group } = policyFor(await lastGoodPolicy(ports), definition);
  const now = ports.clock.now();
  return planOf({ state, version, versions, definition: known, policy, now, ...(group && { group }) });
}
