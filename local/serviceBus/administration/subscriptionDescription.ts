import { z } from 'zod';
import { formatDuration } from '../duration.ts';
import { type ParsedTeamSubscription, teamSubscriptionsSchema } from '../entitySchemas.ts';
import { argumentError } from '../errors.ts';
import type { TeamSubscription } from '../namespace.ts';
import { readRule } from './ruleDescription.ts';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const description = z.object({
  LockDuration: z.string().optional(),
  RequiresSession: flag.optional(),
  DefaultMessageTimeToLive: z.string().optional(),
  DeadLetteringOnMessageExpiration: flag.optional(),
  DeadLetteringOnFilterEvaluationExceptions: flag.optional(),
  DefaultRuleDescription: z.unknown().optional(),
  MaxDeliveryCount: z.coerce.number().optional(),
  ForwardTo: z.string().optional(),
  ForwardDeadLetteredMessagesTo: z.string().optional(),
});

/** What a client wants a subscription to be. */
export function readSubscription(topic: string, name: string, content: unknown): ParsedTeamSubscription {
  const parsed = description.safeParse(content === '' ? {} : content);
  if (!parsed.success) throw argumentError(`The subscription cannot be read: ${z.prettifyError(parsed.error)}`);
  const given = parsed.data;
  const settings = {
    lockDuration: given.LockDuration,
    requiresSession: given.RequiresSession,
    defaultMessageTimeToLive: withoutForever(given.DefaultMessageTimeToLive),
    deadLetteringOnMessageExpiration: given.DeadLetteringOnMessageExpiration,
    deadLetteringOnFilterEvaluationExceptions: given.DeadLetteringOnFilterEvaluationExceptions,
    maxDeliveryCount: given.MaxDeliveryCount,
    forwardTo: entityName(given.ForwardTo),
    forwardDeadLetteredMessagesTo: entityName(given.ForwardDeadLetteredMessagesTo),
  };
  const rules = given.DefaultRuleDescription === undefined ? [] : [readRule(given.DefaultRuleDescription)];
  const checked = teamSubscriptionsSchema.safeParse([{ topic, name, settings, ...(rules.length > 0 && { rules }) }]);
  const [subscription] = checked.data ?? [];
  if (!subscription) throw argumentError(`The subscription is not valid: ${checked.error?.message ?? ''}`);
  return subscription;
}

/** Clients send, and get, the name of another entity as a URL. */
function entityName(address: string | undefined): string | undefined {
  return address?.replace(/^[a-z]+:\/\/[^/]*\//i, '').replace(/\/+$/, '');
}

function withoutForever(duration: string | undefined): string | undefined {
  return duration?.startsWith('P10675199D') ? undefined : duration;
}

export function writeSubscription(
  { settings, queue, deadLetters }: TeamSubscription,
  now: number,
): Record<string, unknown> {
  const at = new Date(now).toISOString();
  return {
    LockDuration: formatDuration(settings.lockDuration),
    RequiresSession: settings.requiresSession,
    DefaultMessageTimeToLive:
      settings.defaultMessageTimeToLive === undefined
        ? 'P10675199DT2H48M5.4775807S'
        : formatDuration(settings.defaultMessageTimeToLive),
    DeadLetteringOnMessageExpiration: settings.deadLetteringOnMessageExpiration,
    DeadLetteringOnFilterEvaluationExceptions: settings.deadLetteringOnFilterEvaluationExceptions,
    MessageCount: queue.store.size + deadLetters.store.size,
    MaxDeliveryCount: settings.maxDeliveryCount,
    EnableBatchedOperations: true,
    Status: 'Active',
    ForwardTo: settings.forwardTo,
    CreatedAt: at,
    UpdatedAt: at,
    AccessedAt: at,
    CountDetails: {
      '@xmlns:d2p1': 'http://schemas.microsoft.com/netservices/2011/06/servicebus',
      'd2p1:ActiveMessageCount': queue.store.size,
      'd2p1:DeadLetterMessageCount': deadLetters.store.size,
      'd2p1:ScheduledMessageCount': 0,
      'd2p1:TransferMessageCount': 0,
      'd2p1:TransferDeadLetterMessageCount': 0,
    },
    ForwardDeadLetteredMessagesTo: settings.forwardDeadLetteredMessagesTo,
    AutoDeleteOnIdle: 'P10675199DT2H48M5.4775807S',
    EntityAvailabilityStatus: 'Available',
  };
}
