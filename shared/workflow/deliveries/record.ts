import { type Admission, admit } from '../../domain/deliveries/admit.ts';
import { addMs, type Instant } from '../../domain/instant.ts';
import { type DeliveryEvent, type TeamRecord, teamRecord, withEvent } from '../../domain/teams/teamRecord.ts';
import type { Ports } from '../../ports.ts';

const mostConflicts = 5;
/** How long a delivery waits that finds all places taken. */
export const placeWaitMs = 5_000;
const nameOf = (team: string) => `teamRecords/${team}`;

export async function readRecord({ documents }: Pick<Ports, 'documents'>, team: string): Promise<TeamRecord> {
  return teamRecord.parse((await documents.read(nameOf(team)))?.value ?? {});
}

/** A count for people: where others write all the time, one is lost rather than a delivery repeated. */
export async function noteEvent(
  { documents, log, clock }: Pick<Ports, 'documents' | 'log' | 'clock'>,
  team: string,
  event: DeliveryEvent,
): Promise<void> {
  const isNoted = await changeRecord({ documents }, team, mostConflicts, (record) =>
    withEvent(record, event, clock.now()),
  );
  if (!isNoted) log.warn(`the record of team ${team} lacks one ${event.kind}`);
}

/** Whether `change` was written, within so many tries; where it changes nothing, nothing is. */
export async function changeRecord(
  { documents }: Pick<Ports, 'documents'>,
  team: string,
  tries: number,
  change: (record: TeamRecord) => TeamRecord,
): Promise<boolean> {
  for (let left = tries; left > 0; left -= 1) {
    const found = await documents.read(nameOf(team));
    const record = teamRecord.parse(found?.value ?? {});
    const next = change(record);
    if (next === record) return true;
    if ((await documents.write(nameOf(team), next, found?.etag)) !== 'conflict') return true;
  }
  return false;
}

/** Whether a delivery may be tried, as all instances have it: what this takes of it is written before it is used. */
export async function askForPlace(
  { documents, clock }: Pick<Ports, 'documents' | 'clock'>,
  team: string,
  callsAMinute: number | undefined,
  place: Instant | undefined,
): Promise<Admission> {
  const now = clock.now();
  for (let tries = 0; tries < mostConflicts; tries += 1) {
    const found = await documents.read(nameOf(team));
    const admission = admit(teamRecord.parse(found?.value ?? {}), callsAMinute, place, now);
    if (!admission.record) return admission;
    if ((await documents.write(nameOf(team), admission.record, found?.etag)) !== 'conflict') return admission;
  }
  return { kind: 'wait', at: addMs(now, placeWaitMs), isPlace: false };
}
