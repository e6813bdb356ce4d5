import * as z from 'zod';

/** Messages that came twice come soon after one another. */
const remembered = 200;

/** What was put into the subscription of a team that receives by itself: Service Bus knows only what is in it now. */
export const subscriptionRecord = z.object({
  since: z.iso.datetime(),
  placed: z.number(),
  /** Dead letters that were sent again, which makes them messages anew, or dropped. */
  settled: z.number(),
  /** Ids of the messages counted last. */
  recent: z.array(z.string()),
});
export type SubscriptionRecord = z.infer<typeof subscriptionRecord>;

/** `present`: the messages that are in the subscription when counting begins. */
export function beginningWith(present: number, since: string): SubscriptionRecord {
  return { since, placed: present, settled: 0, recent: [] };
}

/** A message that is delivered twice counts once. */
export function withPlaced(record: SubscriptionRecord, messageId: string): SubscriptionRecord {
  if (record.recent.includes(messageId)) return record;
  return { ...record, placed: record.placed + 1, recent: [...record.recent, messageId].slice(-remembered) };
}

/**
 * What a team sees of it. Received is what is neither there any more nor was settled as a dead letter; a message that is
 * not counted yet is not received yet.
 */
export function toldOf(
  { since, placed, settled }: SubscriptionRecord,
  { waiting, deadLettered }: { waiting: number; deadLettered: number },
) {
  const delivered = Math.max(0, placed - settled - waiting - deadLettered);
  return { since, enqueued: placed, delivered, deadLettered: deadLettered + settled };
}
