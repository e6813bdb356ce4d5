import type { ServiceBusSender } from '@azure/service-bus';
import { indexBatchesOf, indexBatchId } from '../domain/indexRecord.ts';
import type { AuditIndexQueue } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import { sendBatches } from './sendBatches.ts';

/** One message for records that are sent together; its id lets the queue drop what was sent before. */
export function createAuditIndexQueue(sender: ServiceBusSender): AuditIndexQueue {
  return {
    send: (messages, at) =>
      callAzure('send records to the audit index', (abortSignal) =>
        sendBatches(
          sender,
          indexBatchesOf(messages).map((batch) => ({
            body: batch.length === 1 ? batch[0] : batch,
            contentType: 'application/json',
            messageId: indexBatchId(batch),
            ...(at !== undefined && { scheduledEnqueueTimeUtc: new Date(at) }),
          })),
          abortSignal,
        ),
      ),
  };
}
