import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { policyFor } from '../domain/policyFile.ts';
import { planAdopted, planRelease as planOf, type ReleasePlan } from '../domain/releasePlan.ts';
import { surroundingsOf } from '../domain/surroundings.ts';
import { lastGoodPolicy } from './currentPolicy.ts';
import { foldDefinitionLog, foldIncarnationLog } from './foldLog.ts';
import { definitionLog, incarnationLog, loadLog } from './log.ts';
import { lookAtMates } from './lookAtMates.ts';
import type { PlanPorts } from './planFor.ts';
import { readInstance } from './readInstance.ts';

/** What the release of a version will do, by the rules of now. Undefined for a version that is not known. */
export async function planRelease(
  ports: PlanPorts,
  definition: ImageDefinitionId,
  number: string,
): Promise<ReleasePlan | undefined> {
  const key = definitionKey(definition);
  const known = foldDefinitionLog(await loadLog(ports, definitionLog(key)));
  const examined = known.versions[number];
  if (examined?.kind === 'adopted') return planAdopted();
  if (!examined) return undefined;
  const state = foldIncarnationLog(await loadLog(ports, incarnationLog(key, examined.incarnation)));
  const versions = (await ports.galleries.listVersions(definition)) ?? [];
  const version = versions.find((each) => each.version === number);
  if (!state || !version) return undefined;
  const revision = policyFor(await lastGoodPolicy(ports), definition);
  const siblings: IncarnationState[] = [];
  for (const incarnation of Object.keys(known.open)) {
    const found = foldIncarnationLog(await loadLog(ports, incarnationLog(key, incarnation)));
    if (found) siblings.push(found);
  }
  const now = ports.clock.now();
  const instance = await readInstance(ports);
  const scene = { instance, definition: known, siblings, versions, revision, now };
  const { policy, group } = revision;
  const mates = group && (await lookAtMates(ports, definition, group, { [number]: [] }))[number]?.mates;
  const surroundings = {
    ...surroundingsOf(scene, number),
    ...(group && mates && { group: { name: group.name, mates } }),
  };
  return planOf({ state, version, versions, definition: known, policy, surroundings, now });
}
