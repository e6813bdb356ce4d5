import type { DefinitionState } from '../domain/definitionState.ts';
import type { IncarnationFact } from '../domain/facts.ts';
import type { MateLook, Touched } from '../domain/groupPlan.ts';
import { type Group, type MateRules, standingOfMate } from '../domain/groups.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { type ImageVersion, offeredRegions } from '../domain/imageVersion.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import type { Instant } from '../domain/instant.ts';
import { policyFor, type RuledPolicy } from '../domain/policyFile.ts';
import { goodVersions } from '../domain/surroundings.ts';
import type { Ports } from '../ports.ts';
import { lastGoodPolicy } from './currentPolicy.ts';
import { foldDefinitionLog, foldIncarnationLog } from './foldLog.ts';
import { definitionLog, incarnationLog, loadLog } from './log.ts';

type LookPorts = Pick<Ports, 'auditLogs' | 'galleries' | 'documents' | 'clock'>;

/** The other members of a group, for the version numbers that a request touches: from their logs and their listing. */
export async function lookAtMates(
  ports: LookPorts,
  definition: ImageDefinitionId,
  { mates }: Group,
  touched: Record<string, IncarnationFact[]>,
): Promise<Touched> {
  const policy = await lastGoodPolicy(ports);
  const members = await Promise.all(mates.map((image) => lookAtMember(ports, { ...definition, image }, policy)));
  return Object.fromEntries(
    Object.entries(touched).map(([version, facts]) => [
      version,
      { facts, mates: members.map((member) => lookAt(member, version, ports.clock.now())) },
    ]),
  );
}

interface Member {
  image: string;
  state: DefinitionState;
  rules: MateRules;
  /** Those with work left. */
  open: IncarnationState[];
  versions: ImageVersion[];
}

async function lookAtMember(ports: LookPorts, definition: ImageDefinitionId, policy: RuledPolicy): Promise<Member> {
  const key = definitionKey(definition);
  const state = foldDefinitionLog(await loadLog(ports, definitionLog(key)));
  const open: IncarnationState[] = [];
  for (const incarnation of Object.keys(state.open)) {
    const found = foldIncarnationLog(await loadLog(ports, incarnationLog(key, incarnation)));
    if (found && !found.byHand) open.push(found);
  }
  return {
    image: definition.image,
    state,
    rules: policyFor(policy, definition).policy,
    open,
    versions: (await ports.galleries.listVersions(definition)) ?? [],
  };
}

function lookAt({ image, state, rules, open, versions }: Member, version: string, now: Instant): MateLook {
  const own = open.find((each) => each.version === version && !each.deleted);
  const good = goodVersions({ definition: state, versions }, open, version);
  return {
    image,
    stands: standingOfMate(state.versions, version, own, rules, now),
    versions,
    goodIn: [...new Set(good.flatMap(offeredRegions))],
  };
}
