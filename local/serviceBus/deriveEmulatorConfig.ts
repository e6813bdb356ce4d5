import { formatDuration } from './duration.ts';
import type { ParsedEntities, ParsedTeamSubscription } from './entitySchemas.ts';
import { correlationFields } from './filters/correlation.ts';
import type { RuleDescription } from './filters/rule.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** What the schema of the official emulator admits. */
const limits = {
  timeToLive: [5 * minute, hour],
  duplicateWindow: [5 * second, 5 * minute],
  queueLock: [5 * second, 5 * minute],
  subscriptionLock: [minute, 5 * minute],
  deliveries: [1, 10],
} as const;
const maxSubscriptionsPerTopic = 50;
const maxEntities = 50;

/**
 * Derives the configuration of the official emulator. Values outside its limits are moved to the nearest that it
 * takes; each such change is one line of `changes`.
 */
export function deriveEmulatorConfig(entities: ParsedEntities, subscriptions: ParsedTeamSubscription[]) {
  const changes: string[] = [];
  const count = entities.queues.length + entities.topics.length;
  if (count > maxEntities) throw new Error(`The emulator takes ${maxEntities} queues and topics, not ${count}.`);

  const Queues = entities.queues.map((queue) => ({
    Name: queue.name,
    Properties: {
      ...receiving(queue.name, queue, limits.queueLock, changes),
      ...sending(queue.name, queue, changes),
    },
  }));
  const Topics = entities.topics.map((topic) => ({
    Name: topic.name,
    Properties: {
      DefaultMessageTimeToLive: timeToLive(topic.name, topic.defaultMessageTimeToLive, changes),
      ...sending(topic.name, topic, changes),
    },
    Subscriptions: subscriptionsOf(topic.name, subscriptions, changes).map((subscription) => ({
      Name: subscription.name,
      Properties: receiving(
        `${topic.name}/${subscription.name}`,
        { ...entities.teamSubscription, ...subscription.settings },
        limits.subscriptionLock,
        changes,
      ),
      ...rulesOf(subscription),
    })),
  }));
  const Namespaces = [{ Name: 'sbemulatorns', Queues, Topics }];
  return { config: { UserConfig: { Namespaces, Logging: { Type: 'File' } } }, changes };
}

function receiving(
  entity: string,
  settings: ParsedTeamSubscription['settings'] & object,
  lockLimits: readonly [number, number],
  changes: string[],
) {
  const lock = clamp(`${entity}: LockDuration`, settings.lockDuration ?? minute, lockLimits, formatDuration, changes);
  const deliveries = settings.maxDeliveryCount ?? limits.deliveries[1];
  return {
    DeadLetteringOnMessageExpiration: settings.deadLetteringOnMessageExpiration ?? false,
    DefaultMessageTimeToLive: timeToLive(entity, settings.defaultMessageTimeToLive, changes),
    ForwardDeadLetteredMessagesTo: settings.forwardDeadLetteredMessagesTo ?? '',
    ForwardTo: settings.forwardTo ?? '',
    LockDuration: formatDuration(lock),
    MaxDeliveryCount: clamp(`${entity}: MaxDeliveryCount`, deliveries, limits.deliveries, String, changes),
    RequiresSession: settings.requiresSession ?? false,
  };
}

function sending(
  entity: string,
  settings: { requiresDuplicateDetection: boolean; duplicateDetectionHistoryTimeWindow: number },
  changes: string[],
) {
  const name = `${entity}: DuplicateDetectionHistoryTimeWindow`;
  const window = settings.duplicateDetectionHistoryTimeWindow;
  return {
    DuplicateDetectionHistoryTimeWindow: formatDuration(
      clamp(name, window, limits.duplicateWindow, formatDuration, changes),
    ),
    RequiresDuplicateDetection: settings.requiresDuplicateDetection,
  };
}

function timeToLive(entity: string, value: number | undefined, changes: string[]): string {
  const name = `${entity}: DefaultMessageTimeToLive`;
  return formatDuration(clamp(name, value ?? hour, limits.timeToLive, formatDuration, changes));
}

function clamp(
  name: string,
  value: number,
  [least, most]: readonly [number, number],
  format: (value: number) => string,
  changes: string[],
): number {
  const clamped = Math.min(Math.max(value, least), most);
  if (clamped !== value) changes.push(`${name} ${format(value)} becomes ${format(clamped)}`);
  return clamped;
}

function subscriptionsOf(
  topic: string,
  subscriptions: ParsedTeamSubscription[],
  changes: string[],
): ParsedTeamSubscription[] {
  const own = subscriptions.filter((subscription) => subscription.topic.toLowerCase() === topic.toLowerCase());
  if (own.length > maxSubscriptionsPerTopic) {
    throw new Error(`The emulator takes ${maxSubscriptionsPerTopic} subscriptions of '${topic}', not ${own.length}.`);
  }
  if (own.length > 0) return own;
  changes.push(`${topic}: gets a subscription 'all', for the emulator takes no topic without one`);
  return [{ topic, name: 'all' }];
}

/** Without rules the emulator lets everything pass, as the service does. */
function rulesOf({ rules }: ParsedTeamSubscription): { Rules?: object[] } {
  if (!rules || rules.length === 0) return {};
  return {
    Rules: rules.map(({ name, filter, action }) => ({
      Name: name,
      Properties: { ...filterOf(filter), ...(action !== undefined && { Action: { SqlExpression: action } }) },
    })),
  };
}

function filterOf(filter: RuleDescription['filter']): object {
  switch (filter.kind) {
    case 'true':
      return { FilterType: 'Sql', SqlFilter: { SqlExpression: '1=1' } };
    case 'false':
      return { FilterType: 'Sql', SqlFilter: { SqlExpression: '1=0' } };
    case 'sql':
      return { FilterType: 'Sql', SqlFilter: { SqlExpression: filter.expression } };
    case 'correlation': {
      const given = correlationFields.filter((field) => filter[field] !== undefined);
      const named = given.map((field) => [emulatorNames[field], filter[field]]);
      const properties = filter.properties && { Properties: filter.properties };
      return { FilterType: 'Correlation', CorrelationFilter: { ...Object.fromEntries(named), ...properties } };
    }
  }
}

const emulatorNames: Record<(typeof correlationFields)[number], string> = {
  correlationId: 'CorrelationId',
  messageId: 'MessageId',
  to: 'To',
  replyTo: 'ReplyTo',
  subject: 'Label',
  sessionId: 'SessionId',
  replyToSessionId: 'ReplyToSessionId',
  contentType: 'ContentType',
};
