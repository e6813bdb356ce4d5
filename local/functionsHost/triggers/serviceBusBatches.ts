import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { MessageFeed } from './messageFeed.ts';
import { type Listener, type ListenerOptions, Reconnector } from './serviceBusListener.ts';
import { type ServeSession, sessionIdleMs } from './serviceBusSessions.ts';

/** How long a batch that is large enough still waits for messages that are already on their way. */
const gatherMs = 20;

/** One batch after the other; as in the real extension, locks of batched messages are not renewed. */
export function listenToBatches(options: ListenerOptions): Listener {
  const { client, entity, settings, clock, dispatch } = options;
  const stopping = new AbortController();
  const reconnector = new Reconnector(options, stopping.signal);
  const [name, subscription] = entity.names;
  const receiverOptions = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 };
  const receiver = subscription
    ? client.createReceiver(name, subscription, receiverOptions)
    : client.createReceiver(name, receiverOptions);
  const credit = settings.maxMessageBatchSize + settings.prefetchCount;
  const feed = new MessageFeed({ receiver, clock, credit, recovers: (error) => reconnector.failed(error) });
  const loop = reconnector.repeat(async () => {
    const batch = await takeBatch(feed, options, settings.clientRetryOptions.tryTimeout, stopping.signal);
    if (batch.length === 0) return;
    reconnector.succeeded();
    await dispatch(batch, receiver);
    for (const message of batch) feed.done(message);
  });
  return {
    async stop() {
      stopping.abort();
      await loop;
      await Promise.all([feed.end(), receiver.close()]).catch(() => undefined);
    },
  };
}

/** Hands over a session's messages in batches until it is idle. */
export const serveSessionInBatches: ServeSession = async (receiver, options, stopping) => {
  const { clock, settings, dispatch } = options;
  const credit = settings.maxMessageBatchSize + settings.prefetchCount;
  const feed = new MessageFeed({ receiver, clock, credit });
  while (!stopping.aborted) {
    const batch = await takeBatch(feed, options, sessionIdleMs(settings), stopping);
    if (batch.length === 0) return;
    await dispatch(batch, receiver);
    for (const message of batch) feed.done(message);
  }
};

/**
 * Takes up to maxMessageBatchSize messages: waits for the first, then up to maxBatchWaitTime for minMessageBatchSize of
 * them, then takes what is there.
 */
async function takeBatch(
  feed: MessageFeed,
  { settings, clock }: ListenerOptions,
  firstWaitMs: number,
  stopping: AbortSignal,
): Promise<ServiceBusReceivedMessage[]> {
  const { maxMessageBatchSize, minMessageBatchSize, maxBatchWaitTime } = settings;
  const batch: ServiceBusReceivedMessage[] = [];
  let deadline = clock.now() + firstWaitMs;
  while (batch.length < maxMessageBatchSize) {
    const wait = batch.length > 0 && batch.length >= minMessageBatchSize ? gatherMs : deadline - clock.now();
    const message = await feed.take(wait, stopping);
    if (!message) break;
    if (batch.length === 0) deadline = clock.now() + maxBatchWaitTime;
    batch.push(message);
  }
  return batch;
}
