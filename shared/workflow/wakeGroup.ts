import type { Fact } from '../domain/facts.ts';
import { definitionKey } from '../domain/ids.ts';
import { type WakeUp, wakeUpId, wakeUpSchema } from '../domain/wakeUps.ts';
import type { Run } from './run.ts';

/** After these a version may stand differently for the other members of its group. */
const telling: Fact['type'][] = [
  'verdictReached',
  'verdictOverridden',
  'answered',
  'expedited',
  'policyChanged',
  'retested',
  'failureReopened',
  'quarantined',
  'withdrawalOrdered',
  'publicationOrdered',
  'versionDeleted',
  'versionCreationFailed',
];

/** Wakes the other members of the group for what is past the cursors; a crash wakes them again, under the same id. */
export async function wakeGroup({ ports, definition, revision, marker, incarnations }: Run): Promise<void> {
  const { group } = revision;
  if (!group) return;
  const news = [...incarnations.values()].flatMap(({ name, entries }) => {
    const announced = marker.cursors[name]?.announced ?? Number.POSITIVE_INFINITY;
    return entries.filter(({ sequence, fact }) => sequence > announced && telling.includes(fact.type));
  });
  const last = news.at(-1);
  if (!last) return;
  for (const image of group.mates) {
    const mate = { ...definition, image };
    const cause = `group ${last.id}`;
    const wakeUp: WakeUp = { schema: wakeUpSchema, key: definitionKey(mate), definition: mate, cause, retry: 0 };
    await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp));
  }
}
