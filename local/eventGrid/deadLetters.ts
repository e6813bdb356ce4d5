import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import { writeEvent } from './envelope.ts';
import type { Delivery } from './journal.ts';
import type { EventSubscription } from './options.ts';

export interface DeadLetterBlobs {
  endpoint: string;
  credential: TokenCredential;
}

export type WriteDeadLetter = (delivery: Delivery, subscription: EventSubscription, now: number) => Promise<void>;

/** Writes given-up events into blobs, with why and when beside them, as Event Grid does. */
export function deadLetterWriter({ endpoint, credential }: DeadLetterBlobs): WriteDeadLetter {
  const blobs = new BlobServiceClient(endpoint, credential, { retryOptions: { maxTries: 1 } });
  return async (delivery, subscription, now) => {
    if (!subscription.deadLetter) return;
    const content = JSON.stringify([describe(delivery, subscription)]);
    await blobs
      .getContainerClient(subscription.deadLetter.container)
      .getBlockBlobClient(blobName(subscription.name, now))
      .upload(content, Buffer.byteLength(content), { blobHTTPHeaders: { blobContentType: 'application/json' } });
  };
}

function blobName(subscription: string, now: number): string {
  const date = new Date(now);
  const parts = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
  return [subscription.toUpperCase(), ...parts, `${randomUUID()}.json`].join('/');
}

function describe(delivery: Delivery, { eventDeliverySchema }: EventSubscription): Record<string, unknown> {
  const why = {
    deadLetterReason: delivery.deadLetterReason,
    deliveryAttempts: delivery.attempts,
    lastDeliveryOutcome: delivery.lastOutcome,
    publishTime: new Date(delivery.publishedAt).toISOString(),
    lastDeliveryAttemptTime: delivery.lastAttemptAt && new Date(delivery.lastAttemptAt).toISOString(),
  };
  const named = Object.entries(why).map(([name, value]) => [
    eventDeliverySchema === 'CloudEventSchemaV1_0' ? name.toLowerCase() : name,
    value,
  ]);
  return { ...writeEvent(delivery.event, eventDeliverySchema), ...Object.fromEntries(named) };
}
