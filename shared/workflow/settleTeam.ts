import { type Handshake, handshakeHeaders, judgeHandshake } from '../domain/deliveries/webhookResponse.ts';
import type { TeamFact } from '../domain/teams/teamFacts.ts';
import { compileFilter } from '../domain/teams/teamFilter.ts';
import type { TeamState } from '../domain/teams/teamState.ts';
import type { Ports } from '../ports.ts';
import { beginCount } from './deliveries/countPlaced.ts';
import { ensureSecret } from './deliveries/webhookSecret.ts';
import { appendToTeam, type LoadedTeam, loadTeam, type TeamLogPorts } from './teamLog.ts';

export type TeamPorts = TeamLogPorts &
  Pick<Ports, 'documents' | 'teamSubscriptions' | 'webhooks' | 'storageQueues' | 'secrets'>;

/**
 * Does what a team asked for and what is not done yet: the subscription and its filter, then the rights. Every part may
 * be repeated, so whoever finds it half done, the next request or the sweep, does all of it again.
 */
export async function settleTeam(ports: TeamPorts, name: string): Promise<LoadedTeam> {
  const team = await loadTeam(ports, name);
  const { pending } = team.state;
  if (!pending) return team;
  const asked = team.log.entries.length;
  const fact = pending === 'remove' ? await remove(ports, team.state) : await apply(ports, team.state);
  const settled = await appendToTeam(ports, name, { actor: 'service', cause: `entry ${asked}` }, (now) =>
    // Somebody asked for something else meanwhile: what was done here is not what is wanted any more.
    now.log.entries.length === asked ? fact : undefined,
  );
  return settled ?? settleTeam(ports, name);
}

async function apply(ports: TeamPorts, state: TeamState): Promise<TeamFact> {
  const { teamSubscriptions } = ports;
  const { name, wanted, toRevoke } = state;
  if (!wanted) return { type: 'teamRefused', reason: 'nothing is wanted' };
  const compiled = compileFilter(name, wanted.filter);
  if (compiled.kind === 'invalid') return { type: 'teamRefused', reason: compiled.reason };
  const prepared = await prepareDelivery(ports, state);
  if (prepared.kind === 'refused') return { type: 'teamRefused', reason: prepared.reason };
  if (!wanted.delivery) await beginCount(ports, name, !state.inForce);
  const put = await teamSubscriptions.put(name, compiled.sql, wanted.delivery !== undefined);
  if (put.kind === 'refused') return { type: 'teamRefused', reason: put.reason };
  const commands: string[] = [];
  const granted: string[] = [];
  for (const principal of toRevoke) {
    const revoked = await teamSubscriptions.revoke(name, principal);
    if (revoked.kind === 'notAllowed') commands.push(revoked.command);
  }
  for (const principal of wanted.principals) {
    const given = await teamSubscriptions.grant(name, principal);
    if (given.kind === 'refused') return { type: 'teamRefused', reason: `${principal.objectId}: ${given.reason}` };
    if (given.kind === 'notAllowed') commands.push(given.command);
    else granted.push(principal.objectId);
  }
  const { callsAMinute } = prepared;
  return { type: 'teamApplied', granted, commands, ...(callsAMinute !== undefined && { callsAMinute }) };
}

/** A server is asked once whether it wants calls, before the first one goes there. */
async function prepareDelivery(
  { webhooks, storageQueues, secrets }: TeamPorts,
  { name, wanted, inForce, callsAMinute }: TeamState,
): Promise<Handshake> {
  const delivery = wanted?.delivery;
  if (!delivery) return { kind: 'done' };
  if (delivery.kind === 'storageQueue')
    return storageQueues.isQueue(delivery.url)
      ? { kind: 'done' }
      : { kind: 'refused', reason: `${delivery.url} is not the URL of a queue in a storage account` };
  await ensureSecret({ secrets }, name);
  if (inForce?.delivery?.url === delivery.url)
    return { kind: 'done', ...(callsAMinute !== undefined && { callsAMinute }) };
  const { origin } = webhooks;
  return judgeHandshake(await webhooks.call('OPTIONS', delivery.url, handshakeHeaders(origin)), origin);
}

/** Rights first: a subscription of the same name, made later, must not be open to who had this one. */
async function remove({ teamSubscriptions }: TeamPorts, { name, toRevoke }: TeamState): Promise<TeamFact> {
  const commands: string[] = [];
  for (const principal of toRevoke) {
    const revoked = await teamSubscriptions.revoke(name, principal);
    if (revoked.kind === 'notAllowed') commands.push(revoked.command);
  }
  await teamSubscriptions.delete(name);
  return { type: 'teamRemoved', commands };
}
