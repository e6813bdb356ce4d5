import type { ServiceBusAdministrationClient } from '@azure/service-bus';
import deployed from '../../infra/serviceBus.json' with { type: 'json' };
import { entities } from '../config.ts';
import { deliverTo } from '../domain/deliveries/delivery.ts';
import { countedFor, countingName } from '../domain/deliveries/placed.ts';
import { ownFilter } from '../domain/teams/teamFilter.ts';
import type { TeamSubscriptions } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import type { ReceiverRole } from './createReceiverRole.ts';

const topic = entities.imageVersions;
/** What the team wants, and what is for it alone. */
const rules = { wanted: 'wanted', own: 'own' } as const;

/** Subscription entities by the administration API; the right to receive by role assignments on each of them. */
export function createTeamSubscriptions(
  client: ServiceBusAdministrationClient,
  receiverRole: ReceiverRole,
): TeamSubscriptions {
  return {
    put: (team, sql, forward) =>
      callAzure(`make the subscription of team ${team}`, async (abortSignal) => {
        try {
          const wanted = { sql, own: ownFilter(team) };
          const delivered = { ...wanted, forward: `SET ${deliverTo} = '${team}'` };
          const counted = { ...wanted, forward: `SET ${countedFor} = '${team}'` };
          await putSubscription(client, team, forward ? delivered : wanted, { abortSignal });
          // A copy of what it gets, to be counted: of a subscription Azure tells what is in it, not what ever was.
          if (forward) await removeSubscription(client, countingName(team), { abortSignal });
          else await putSubscription(client, countingName(team), counted, { abortSignal });
          return { kind: 'done' };
        } catch (error) {
          if (statusOf(error) === 400) return { kind: 'refused', reason: reasonOf(error) };
          throw error;
        }
      }),
    delete: (team) =>
      callAzure(`remove the subscription of team ${team}`, async (abortSignal) => {
        for (const name of [countingName(team), team]) await removeSubscription(client, name, { abortSignal });
      }),
    grant: (team, principal) => receiverRole.assign(team, principal),
    revoke: (team, principal) => receiverRole.remove(team, principal),
    count: (team) =>
      callAzure(`count the messages of team ${team}`, async (abortSignal) => {
        try {
          const counts = await client.getSubscriptionRuntimeProperties(topic, team, { abortSignal });
          return { waiting: counts.activeMessageCount, deadLettered: counts.deadLetterMessageCount };
        } catch (error) {
          unlessMissing(error);
          return undefined;
        }
      }),
  };
}

interface Options {
  abortSignal: AbortSignal;
}

interface Wanted {
  sql: string;
  own: string;
  /** The action of its rules, where its messages go on into the queue of deliveries: it says whose they are. */
  forward?: string;
}

async function removeSubscription(client: ServiceBusAdministrationClient, name: string, options: Options) {
  await client.deleteSubscription(topic, name, options).catch(unlessMissing);
}

/** The own rule last: a subscription that has it is complete. */
async function putSubscription(
  client: ServiceBusAdministrationClient,
  name: string,
  { sql, own, forward }: Wanted,
  options: Options,
) {
  const action = forward === undefined ? {} : { sqlExpression: forward };
  const wanted = { name: rules.wanted, filter: { sqlExpression: sql }, action };
  const forwardTo = forward === undefined ? {} : { forwardTo: entities.deliveries };
  try {
    await client.createSubscription(topic, name, {
      ...deployed.teamSubscription,
      ...forwardTo,
      defaultRuleOptions: wanted,
      ...options,
    });
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    await putRule(client, name, wanted, options);
    await putForward(client, name, forward !== undefined, options);
  }
  await putRule(client, name, { name: rules.own, filter: { sqlExpression: own }, action }, options);
  for await (const rule of client.listRules(topic, name, options)) {
    if (rule.name !== rules.wanted && rule.name !== rules.own) await client.deleteRule(topic, name, rule.name, options);
  }
}

/** With the rules in place first: what is forwarded has to say whose it is. */
async function putForward(
  client: ServiceBusAdministrationClient,
  team: string,
  forward: boolean,
  options: Options,
): Promise<void> {
  const { forwardTo, ...rest } = await client.getSubscription(topic, team, options);
  if ((forwardTo !== undefined && forwardTo !== '') === forward) return;
  await client.updateSubscription({ ...rest, ...(forward && { forwardTo: entities.deliveries }) }, options);
}

async function putRule(
  client: ServiceBusAdministrationClient,
  team: string,
  { name, filter, action }: { name: string; filter: { sqlExpression: string }; action: { sqlExpression?: string } },
  options: Options,
): Promise<void> {
  const exists = await client.ruleExists(topic, team, name, options);
  if (!exists) await client.createRule(topic, team, name, filter, action, options);
  else {
    const rule = await client.getRule(topic, team, name, options);
    await client.updateRule(topic, team, { ...rule, filter, action }, options);
  }
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}

/** The client answers to a read of what is not there with a code, and without a status. */
function unlessMissing(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (statusOf(error) !== 404 && code !== 'MessageEntityNotFoundError') throw error;
}

/** The service adds a tracking id and a time to what it says. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*(To know more visit|TrackingId:|Timestamp:).*$/s, '').slice(0, 500);
}
