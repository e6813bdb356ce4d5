import { announcementsOf } from '../domain/announcements/announcementsOf.ts';
import type { Secret } from '../domain/secret.ts';
import type { Team } from '../domain/teams/team.ts';
import type { TeamFact } from '../domain/teams/teamFacts.ts';
import { compileFilter } from '../domain/teams/teamFilter.ts';
import type { Ports } from '../ports.ts';
import { changeSecret } from './deliveries/webhookSecret.ts';
import { settleTeam, type TeamPorts } from './settleTeam.ts';
import { appendToTeam, type LoadedTeam, teamVersion } from './teamLog.ts';

export interface By {
  actor: string;
  /** Names the request: the same id again is the same request. */
  requestId: string;
  /** The version of the team that the caller has seen; undefined where it does not matter. */
  ifMatch?: string;
}

export type Changed =
  | { kind: 'changed'; team: LoadedTeam }
  | { kind: 'refused'; reason: string }
  | { kind: 'outdated' };

/** Makes a team, or gives it another filter or other principals. Asking again for what is there changes nothing. */
export async function putTeam(ports: TeamPorts, name: string, wanted: Team, by: By): Promise<Changed> {
  const compiled = compileFilter(name, wanted.filter);
  if (compiled.kind === 'invalid') return { kind: 'refused', reason: compiled.reason };
  return change(ports, name, by, { type: 'teamRequested', team: name, ...wanted });
}

export async function removeTeam(ports: TeamPorts, name: string, by: By): Promise<Changed> {
  return change(ports, name, by, { type: 'teamRemovalRequested', team: name });
}

async function change(
  ports: TeamPorts,
  name: string,
  { actor, requestId, ifMatch }: By,
  fact: TeamFact,
): Promise<Changed> {
  const cause = causeOf(requestId);
  let outdated = false;
  await appendToTeam(ports, name, { actor, cause }, (team) => {
    if (isDone(team, cause) || isSo(team, fact)) return undefined;
    outdated = ifMatch !== undefined && ifMatch !== teamVersion(team);
    return outdated ? undefined : fact;
  });
  if (outdated) return { kind: 'outdated' };
  const team = await settleTeam(ports, name);
  const { refused } = team.state;
  return refused === undefined ? { kind: 'changed', team } : { kind: 'refused', reason: refused };
}

/** Puts a message on the topic that only this team's subscription lets pass. Returns its id. */
export async function sendTeamTest(
  ports: TeamPorts & Pick<Ports, 'announcements'>,
  name: string,
  { actor, requestId }: By,
): Promise<string | undefined> {
  const cause = causeOf(requestId);
  await appendToTeam(ports, name, { actor, cause }, (team) =>
    !team.state.inForce || isDone(team, cause) ? undefined : { type: 'teamTestSent', message: requestId },
  );
  const { log } = await settleTeam(ports, name);
  const entry = log.entries.findLast((each) => each.fact.type === 'teamTestSent' && each.cause === cause);
  if (!entry) return undefined;
  await ports.announcements.send(announcementsOf([entry], 0));
  return entry.id;
}

/** Another secret for a team's webhook; undefined where there is no webhook. Said once, and never again. */
export async function makeWebhookSecret(
  ports: TeamPorts,
  name: string,
  { actor, requestId }: By,
): Promise<Secret | undefined> {
  const { state } = await settleTeam(ports, name);
  if (state.inForce?.delivery?.kind !== 'webhook') return undefined;
  const secret = await changeSecret(ports, name);
  await appendToTeam(ports, name, { actor, cause: causeOf(requestId) }, () => ({ type: 'webhookSecretMade' }));
  return secret;
}

export const causeOf = (requestId: string) => `request ${requestId}`;

function isDone({ log }: LoadedTeam, cause: string): boolean {
  return log.entries.some((entry) => entry.cause === cause);
}

/** The team is that already, and every right is given. */
function isSo({ state }: LoadedTeam, fact: TeamFact): boolean {
  if (state.pending || state.commands.length > 0) return false;
  if (fact.type === 'teamRemovalRequested') return !state.wanted;
  if (fact.type !== 'teamRequested' || !state.inForce || state.refused !== undefined) return false;
  const { filter, principals, delivery } = fact;
  return JSON.stringify({ filter, principals, delivery }) === JSON.stringify(state.inForce);
}
