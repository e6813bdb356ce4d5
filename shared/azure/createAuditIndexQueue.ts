import type { ServiceBusSender } from '@azure/service-bus';
import { indexMessageId } from '../domain/indexRecord.ts';
import type { AuditIndexQueue } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import { sendBatches } from './sendBatches.ts';

/** One message for each entry; its id lets the queue drop what was sent before. */
export function createAuditIndexQueue(sender: ServiceBusSender): AuditIndexQueue {
  return {
    send: (messages, at) =>
      callAzure('send records to the audit index', (abortSignal) =>
        sendBatches(
          sender,
          messages.map((message) => ({
            body: message,
            contentType: 'application/json',
            messageId: indexMessageId(message),
            ...(at !== undefined && { scheduledEnqueueTimeUtc: new Date(at) }),
          })),
          abortSignal,
        ),
      ),
  };
}
