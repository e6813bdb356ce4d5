import type { QueueSettings } from './entity/queue.ts';
import type { ParsedEntities } from './entitySchemas.ts';

export type ReceivingSettings = Pick<
  ParsedEntities['queues'][number],
  | 'requiresSession'
  | 'lockDuration'
  | 'maxDeliveryCount'
  | 'defaultMessageTimeToLive'
  | 'deadLetteringOnMessageExpiration'
  | 'forwardTo'
  | 'forwardDeadLetteredMessagesTo'
>;

export function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export function queueSettings(path: string, settings: ReceivingSettings): QueueSettings {
  return {
    path,
    requiresSession: settings.requiresSession,
    lockDurationMs: settings.lockDuration,
    maxDeliveryCount: settings.maxDeliveryCount,
    timeToLiveMs: settings.defaultMessageTimeToLive,
    deadLetteringOnMessageExpiration: settings.deadLetteringOnMessageExpiration,
  };
}

export function deadLetterSettings(path: string, settings: ReceivingSettings): QueueSettings {
  const requiresSession = false;
  return { ...queueSettings(path, settings), path: `${path}/$deadletterqueue`, requiresSession };
}

/** Addresses come as a name, with a leading slash, or as a URL; in any case. */
export function normalized(address: string): string {
  return address
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/^\/+|\/+$/g, '')
    .toLowerCase();
}
