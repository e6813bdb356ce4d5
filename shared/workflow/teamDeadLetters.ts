import type { Instant } from '../domain/instant.ts';
import type { TeamFact } from '../domain/teams/teamFacts.ts';
import type { Ports } from '../ports.ts';
import { type By, causeOf } from './changeTeam.ts';
import { countSettled } from './deliveries/countPlaced.ts';
import { findDeadLetter, removeDeadLetter } from './deliveries/deadLetters.ts';
import { announcementOfData, sendAgain, sendSince } from './deliveries/replay.ts';
import type { TeamPorts } from './settleTeam.ts';
import { appendToTeam } from './teamLog.ts';

type ReplayPorts = TeamPorts & Pick<Ports, 'announcements' | 'documents' | 'teamMessages'>;

/** Sends a dead letter again to its team, or drops it; the audit trail first. Returns whether there was such a letter. */
export async function settleDeadLetter(
  ports: ReplayPorts,
  team: string,
  id: string,
  how: 'replay' | 'drop',
  by: By,
): Promise<boolean> {
  const letter = await findDeadLetter(ports, team, id);
  if (!letter) return false;
  const type = how === 'replay' ? 'deadLetterReplayed' : 'deadLetterDropped';
  await note(ports, team, { type, announcement: id }, by);
  if (how === 'replay') {
    const announcement = await announcementOfData(ports, letter.data);
    if (!announcement) return false;
    await sendAgain(ports, [announcement], team, causeOf(by.requestId));
  }
  await removeDeadLetter(ports, team, letter);
  if (letter.from === 'subscription') await countSettled(ports, team);
  return true;
}

/** Sends a team what was announced since an instant, as far as its filter wants that. */
export async function replayTeam(
  ports: ReplayPorts,
  team: string,
  since: Instant,
  by: By,
): Promise<{ sent: number; until?: Instant }> {
  await note(ports, team, { type: 'replayRequested', since }, by);
  return sendSince(ports, team, since, causeOf(by.requestId));
}

async function note(ports: ReplayPorts, team: string, fact: TeamFact, { actor, requestId }: By): Promise<void> {
  const cause = causeOf(requestId);
  await appendToTeam(ports, team, { actor, cause }, ({ log }) =>
    log.entries.some((entry) => entry.cause === cause) ? undefined : fact,
  );
}
