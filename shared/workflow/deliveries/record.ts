import { type DeliveryEvent, type TeamRecord, teamRecord, withEvent } from '../../domain/teams/teamRecord.ts';
import type { Ports } from '../../ports.ts';

const mostConflicts = 5;
const nameOf = (team: string) => `teamRecords/${team}`;

export async function readRecord({ documents }: Pick<Ports, 'documents'>, team: string): Promise<TeamRecord> {
  return teamRecord.parse((await documents.read(nameOf(team)))?.value ?? {});
}

/** A count for people: where others write all the time, one is lost rather than a delivery repeated. */
export async function noteEvent(
  { documents, log }: Pick<Ports, 'documents' | 'log'>,
  team: string,
  event: DeliveryEvent,
): Promise<void> {
  for (let tries = 0; tries < mostConflicts; tries += 1) {
    const found = await documents.read(nameOf(team));
    const next = withEvent(teamRecord.parse(found?.value ?? {}), event);
    if ((await documents.write(nameOf(team), next, found?.etag)) !== 'conflict') return;
  }
  log.warn(`the record of team ${team} lacks one ${event.kind}`);
}
