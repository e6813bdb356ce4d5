import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { type Listener, type ListenerOptions, Reconnector } from './serviceBusListener.ts';
import { type ServeSession, sessionIdleMs } from './serviceBusSessions.ts';

/** How long a batch that is large enough still waits for messages that are already on their way. */
const gatherMs = 20;

/** One batch after the other; as in the real extension, locks of batched messages are not renewed. */
export function listenToBatches(options: ListenerOptions): Listener {
  const { client, entity, settings, dispatch } = options;
  const stopping = new AbortController();
  const reconnector = new Reconnector(options, stopping.signal);
  const [name, subscription] = entity.names;
  const receiverOptions = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 };
  const receiver = subscription
    ? client.createReceiver(name, subscription, receiverOptions)
    : client.createReceiver(name, receiverOptions);
  const loop = reconnector.repeat(async () => {
    const batch = await receiveBatch(receiver, options, settings.clientRetryOptions.tryTimeout, stopping.signal);
    reconnector.succeeded();
    if (batch.length > 0) await dispatch(batch, receiver);
  });
  return {
    async stop() {
      stopping.abort();
      await loop;
      await receiver.close().catch(() => undefined);
    },
  };
}

/** Hands over a session's messages in batches until it is idle. */
export const serveSessionInBatches: ServeSession = async (receiver, options, stopping) => {
  while (!stopping.aborted) {
    const batch = await receiveBatch(receiver, options, sessionIdleMs(options.settings), stopping);
    if (batch.length === 0) return;
    await options.dispatch(batch, receiver);
  }
};

/**
 * Receives up to maxMessageBatchSize messages: waits for the first, then up to maxBatchWaitTime for
 * minMessageBatchSize of them. In small steps, because the client itself would wait a second after the first.
 */
async function receiveBatch(
  receiver: ServiceBusReceiver,
  { settings, clock }: ListenerOptions,
  firstWaitMs: number,
  stopping: AbortSignal,
): Promise<ServiceBusReceivedMessage[]> {
  const { maxMessageBatchSize: most, minMessageBatchSize: least, maxBatchWaitTime } = settings;
  const batch = await receiver.receiveMessages(1, { maxWaitTimeInMs: firstWaitMs, abortSignal: stopping });
  if (batch.length === 0) return batch;
  const deadline = clock.now() + maxBatchWaitTime;
  while (batch.length < least && clock.now() < deadline && !stopping.aborted) {
    batch.push(...(await receiver.receiveMessages(least - batch.length, { maxWaitTimeInMs: deadline - clock.now() })));
  }
  if (batch.length < most) {
    batch.push(...(await receiver.receiveMessages(most - batch.length, { maxWaitTimeInMs: gatherMs })));
  }
  return batch;
}
