import { availableParallelism } from 'node:os';
import type { ServiceBusSessionReceiver } from '@azure/service-bus';
import type { ServiceBusSettings } from '../hostJson.ts';
import { Semaphore } from '../semaphore.ts';
import { type Listener, type ListenerOptions, Reconnector } from './serviceBusListener.ts';

/** Works on one session until it is idle or the listener stops; the session is released afterwards. */
export type ServeSession = (
  receiver: ServiceBusSessionReceiver,
  options: ListenerOptions,
  stopping: AbortSignal,
) => Promise<void>;

/**
 * Serves up to `concurrency` sessions at once. As in the .NET session processor only a few of the free places ask for
 * a next session at a time: each pending request is a link that the broker must answer, and one is answered at once.
 */
export function listenToSessions(options: ListenerOptions & { concurrency: number; serve: ServeSession }): Listener {
  const stopping = new AbortController();
  const reconnector = new Reconnector(options, stopping.signal);
  const accepting = new Semaphore(Math.min(options.concurrency, 2 * availableParallelism()));
  const places = Array.from({ length: options.concurrency }, () =>
    reconnector.repeat(async () => {
      const receiver = await accepting.run(async () => (stopping.signal.aborted ? undefined : acceptNext()));
      if (receiver) await serveAndRelease(receiver);
    }),
  );

  async function acceptNext(): Promise<ServiceBusSessionReceiver | undefined> {
    const { client, entity, settings } = options;
    const receiverOptions = {
      skipParsingBodyAsJson: true,
      maxAutoLockRenewalDurationInMs: settings.maxAutoLockRenewalDuration,
      abortSignal: stopping.signal,
    };
    const askedAt = options.clock.now();
    try {
      const [name, subscription] = entity.names;
      const receiver = subscription
        ? await client.acceptNextSession(name, subscription, receiverOptions)
        : await client.acceptNextSession(name, receiverOptions);
      reconnector.succeeded();
      return receiver;
    } catch (error) {
      // An answer at once, in the same words, is a broker that cannot serve: that needs the back-off.
      if (isTimeout(error) && options.clock.now() - askedAt >= 1000) return undefined;
      throw error;
    }
  }

  async function serveAndRelease(receiver: ServiceBusSessionReceiver): Promise<void> {
    try {
      await options.serve(receiver, options, stopping.signal);
    } finally {
      await receiver.close().catch(() => undefined); // the lock is gone already
    }
  }

  return {
    async stop() {
      stopping.abort();
      await Promise.all(places);
    },
  };
}

/**
 * Hands over a session's messages one at a time and in order, until none comes for the idle timeout, or until the lock
 * is no longer renewed: then another worker may have the session, or this one again.
 */
export const serveSession: ServeSession = async (receiver, { settings, clock, dispatch }, stopping) => {
  const idleMs = sessionIdleMs(settings);
  const renewedUntil = clock.now() + (settings.maxAutoLockRenewalDuration || Number.POSITIVE_INFINITY);
  while (!stopping.aborted && clock.now() < renewedUntil) {
    const messages = await receiver.receiveMessages(1, { maxWaitTimeInMs: idleMs, abortSignal: stopping });
    if (messages.length === 0) return;
    await dispatch(messages, receiver);
  }
};

/** Without a setting a session is idle after the time limit of one receive call. */
export function sessionIdleMs({ sessionIdleTimeout, clientRetryOptions }: ServiceBusSettings): number {
  return sessionIdleTimeout ?? clientRetryOptions.tryTimeout;
}

/** The request for a next session ends after a minute without one; that is not a failure. */
function isTimeout(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ServiceTimeout', 'OperationTimeoutError'].includes(String(error.code))
  );
}
