import type { DefinitionState } from '../domain/definitionState.ts';
import { type GroupLook, type Mate, type MateRules, standingOfMate } from '../domain/groups.ts';
import { definitionKey } from '../domain/ids.ts';
import { policyFor } from '../domain/policyFile.ts';
import { AdapterError } from '../errors.ts';
import { foldDefinitionLog, foldIncarnationLog } from './foldLog.ts';
import { definitionLog, incarnationLog, loadLog } from './log.ts';
import { nowOf, type Run } from './run.ts';

/**
 * What the other members of the group have under the version numbers that matter here, from their logs: nothing is
 * written there. Undefined where the image definition is in no group.
 */
export async function lookAtGroup(run: Run): Promise<GroupLook | undefined> {
  const { group } = run.revision;
  if (!group) return undefined;
  const numbers = numbersOf(foldDefinitionLog(run.log));
  const mates: GroupLook['mates'] = Object.fromEntries(numbers.map((version) => [version, []]));
  for (const image of group.mates) {
    const key = definitionKey({ ...run.definition, image });
    const state = await readable(run, image, async () =>
      foldDefinitionLog(await loadLog(run.ports, definitionLog(key))),
    );
    const rules = policyFor(run.ruled, { ...run.definition, image }).policy;
    for (const version of numbers) mates[version]?.push(await lookAtMate(run, { image, key, state, rules }, version));
  }
  return { name: group.name, mates };
}

/** Those under way, and those that may have to be taken back. */
function numbersOf({ versions }: DefinitionState): string[] {
  return Object.entries(versions).flatMap(([version, known]) =>
    known.kind === 'examined' && (known.outcome === undefined || known.outcome === 'published') ? [version] : [],
  );
}

interface Member {
  image: string;
  key: string;
  state: DefinitionState | undefined;
  rules: MateRules;
}

async function lookAtMate(run: Run, { image, key, state, rules }: Member, version: string): Promise<Mate> {
  if (!state) return { image, stands: 'undecided' };
  const known = state.versions[version];
  if (known?.kind !== 'examined' || !state.open[known.incarnation])
    return { image, stands: standingOfMate(state.versions, version, undefined, rules, nowOf(run)) };
  const log = incarnationLog(key, known.incarnation);
  const found = await readable(run, image, async () => foldIncarnationLog(await loadLog(run.ports, log)));
  return { image, stands: standingOfMate(state.versions, version, found, rules, nowOf(run)) };
}

/** A log that cannot be read says nothing: its member is not judged yet. */
async function readable<T>(run: Run, image: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AdapterError) || error.retryable) throw error;
    run.ports.log.error(`${image}, a member of the group of ${run.definition.image}: ${error.message}`);
    return undefined;
  }
}
