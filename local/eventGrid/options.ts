import { z } from 'zod';
import { filterSchema } from './filter.ts';

const subscriptionSchema = z.strictObject({
  /** As in Azure: 3 to 64 letters, digits and hyphens. */
  name: z.string().regex(/^[A-Za-z0-9-]{3,64}$/, 'expected 3 to 64 letters, digits and hyphens'),
  topic: z.string(),
  filter: filterSchema.prefault({}),
  eventDeliverySchema: z.enum(['EventGridSchema', 'CloudEventSchemaV1_0']).default('EventGridSchema'),
  retryPolicy: z
    .strictObject({
      maxDeliveryAttempts: z.int().min(1).max(30).default(30),
      eventTimeToLiveInMinutes: z.int().min(1).max(1440).default(1440),
    })
    .prefault({}),
  destination: z.union([
    z.strictObject({
      url: z.url(),
      maxEventsPerBatch: z.int().min(1).max(5000).default(1),
      preferredBatchSizeInKilobytes: z.int().min(1).max(1024).default(64),
    }),
    z.strictObject({ queue: z.string() }),
  ]),
  deadLetter: z.strictObject({ container: z.string() }).optional(),
});

/** One event subscription, in the words of its ARM resource. */
export type EventSubscription = z.output<typeof subscriptionSchema>;

export const eventGridOptionsSchema = z.strictObject({
  host: z.string().optional(),
  port: z.int().min(0).max(65535),
  tls: z.strictObject({ keyFile: z.string(), certFile: z.string() }).optional(),
  journalFile: z.string(),
  /** The access key that publishers have to send; without it every publisher is welcome. */
  key: z.string().optional(),
  subscriptions: z
    .array(subscriptionSchema)
    .refine(
      (subscriptions) => new Set(subscriptions.map(({ name }) => name.toLowerCase())).size === subscriptions.length,
      'two event subscriptions have one name',
    ),
});
