import { Semaphore } from '../../semaphore.ts';
import { type Listener, type ListenerOptions, Reconnector } from './serviceBusListener.ts';

/** Up to maxConcurrentCalls messages at once, each on its own; the client reconnects by itself, for ever. */
export function listenToMessages(options: ListenerOptions): Listener {
  const { client, entity, settings, dispatch } = options;
  const stopping = new AbortController();
  const reconnector = new Reconnector(options, stopping.signal);
  const calls = new Semaphore(settings.maxConcurrentCalls);
  const running = new Set<Promise<void>>();
  const [name, subscription] = entity.names;
  const receiverOptions = {
    skipParsingBodyAsJson: true,
    maxAutoLockRenewalDurationInMs: settings.maxAutoLockRenewalDuration,
  };
  const receiver = subscription
    ? client.createReceiver(name, subscription, receiverOptions)
    : client.createReceiver(name, receiverOptions);
  const subscribed = receiver.subscribe(
    {
      async processMessage(message) {
        reconnector.succeeded();
        const call = calls.run(() => dispatch([message], receiver));
        running.add(call);
        await call.finally(() => running.delete(call));
      },
      async processError({ error, errorSource }) {
        // A lock that cannot be renewed shows when the message is settled; the entity is well in reach.
        if (errorSource !== 'renewLock') reconnector.failed(error);
      },
    },
    // What is prefetched waits here, locked, until a call is free.
    { maxConcurrentCalls: settings.maxConcurrentCalls + settings.prefetchCount, autoCompleteMessages: false },
  );
  return {
    async stop() {
      stopping.abort();
      await subscribed.close().catch(() => undefined);
      await Promise.allSettled(running);
      await receiver.close().catch(() => undefined);
    },
  };
}
