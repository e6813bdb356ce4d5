import type { TokenCredential } from '@azure/identity';
import { isServiceBusError, ServiceBusClient } from '@azure/service-bus';
import type { Failure } from './retrySchedule.ts';

export interface Queues {
  fullyQualifiedNamespace: string;
  credential: TokenCredential;
}

export interface QueueMessage {
  id: string;
  body: unknown;
  headers: Record<string, string>;
}

export interface QueueSender {
  /** Undefined when the message is in the queue. */
  send(queue: string, message: QueueMessage): Promise<Failure | undefined>;
  stop(): Promise<void>;
}

const outcomes: Record<string, string> = {
  MessagingEntityNotFound: 'NotFound',
  MessagingEntityDisabled: 'Disabled',
  MessageSizeExceeded: 'PayloadTooLarge',
  QuotaExceeded: 'Full',
  ServiceBusy: 'Busy',
  ServiceTimeout: 'TimedOut',
  UnauthorizedAccess: 'Unauthorized',
};

/** Delivers to Service Bus as Event Grid does: one event in a message, under an id that a redelivery repeats. */
export function queueSender({ fullyQualifiedNamespace, credential }: Queues): QueueSender {
  const client = new ServiceBusClient(fullyQualifiedNamespace, credential, { retryOptions: { maxRetries: 0 } });
  const senders = new Map<string, ReturnType<ServiceBusClient['createSender']>>();
  return {
    async send(queue, { id, body, headers }) {
      const sender = senders.get(queue) ?? client.createSender(queue);
      senders.set(queue, sender);
      try {
        await sender.sendMessages({
          messageId: id,
          contentType: 'application/json',
          body,
          applicationProperties: headers,
        });
        return undefined;
      } catch (error) {
        const code = isServiceBusError(error) ? error.code : '';
        return { outcome: outcomes[code] ?? 'SocketError' };
      }
    },
    stop: () => client.close(),
  };
}
