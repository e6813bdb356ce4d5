import type { ServiceBusSender } from '@azure/service-bus';
import type { AuditIndexQueue } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import { sendBatches } from './sendBatches.ts';

/** One message for each entry; the entry's id lets the queue drop what was sent before. */
export function createAuditIndexQueue(sender: ServiceBusSender): AuditIndexQueue {
  return {
    send: (entries) =>
      callAzure('send entries to the audit index', (abortSignal) =>
        sendBatches(
          sender,
          entries.map((entry) => ({ body: entry, contentType: 'application/json', messageId: entry.id })),
          abortSignal,
        ),
      ),
  };
}
