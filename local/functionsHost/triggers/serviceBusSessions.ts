import type { ServiceBusSessionReceiver } from '@azure/service-bus';
import { Semaphore } from '../../semaphore.ts';
import type { ServiceBusSettings } from '../hostJson.ts';
import { MessageFeed } from './messageFeed.ts';
import { type Listener, type ListenerOptions, Reconnector } from './serviceBusListener.ts';

/** Works on one session until it is idle or the listener stops; the session is released afterwards. */
export type ServeSession = (
  receiver: ServiceBusSessionReceiver,
  options: ListenerOptions,
  stopping: AbortSignal,
) => Promise<void>;

/** Two for each processor, of which an instance of 2048 MB (infra/modules/functionApp.bicep) has one. */
const pendingRequests = 2;

/**
 * Serves up to `concurrency` sessions at once. As in the .NET session processor only a few of the free places ask for
 * a next session at a time: each pending request is a link that the broker must answer, and one is answered at once.
 */
export function listenToSessions(
  options: ListenerOptions & { concurrency: number; renewLocksMs: number; serve: ServeSession },
): Listener {
  const stopping = new AbortController();
  const reconnector = new Reconnector(options, stopping.signal);
  const accepting = new Semaphore(Math.min(options.concurrency, pendingRequests));
  const places = Array.from({ length: options.concurrency }, () =>
    reconnector.repeat(async () => {
      const receiver = await accepting.run(async () => (stopping.signal.aborted ? undefined : acceptNext()));
      if (receiver) await serveAndRelease(receiver);
    }),
  );

  /** The next session with work that nobody holds; none when the broker had none to give, or on the way out. */
  async function acceptNext(): Promise<ServiceBusSessionReceiver | undefined> {
    const askedAt = options.clock.now();
    const asked = ask();
    const stopped = Promise.withResolvers<undefined>();
    const stop = () => stopped.resolve(undefined);
    stopping.signal.addEventListener('abort', stop);
    try {
      const receiver = await Promise.race([asked, stopped.promise]);
      if (receiver) reconnector.succeeded();
      else asked.then(release, () => undefined); // cannot be called back: what still comes is given back at once
      return receiver;
    } catch (error) {
      // An answer at once, in the same words, is a broker that cannot serve: that needs the pause.
      if (isTimeout(error) && options.clock.now() - askedAt >= 1000) return undefined;
      throw error;
    } finally {
      stopping.signal.removeEventListener('abort', stop);
    }
  }

  function ask(): Promise<ServiceBusSessionReceiver> {
    const receiverOptions = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: options.renewLocksMs };
    const [name, subscription] = options.entity.names;
    return subscription
      ? options.client.acceptNextSession(name, subscription, receiverOptions)
      : options.client.acceptNextSession(name, receiverOptions);
  }

  async function serveAndRelease(receiver: ServiceBusSessionReceiver): Promise<void> {
    try {
      await options.serve(receiver, options, stopping.signal);
    } finally {
      await release(receiver);
    }
  }

  return {
    async stop() {
      stopping.abort();
      await Promise.all(places);
    },
  };
}

async function release(receiver: ServiceBusSessionReceiver): Promise<void> {
  await receiver.close().catch(() => undefined); // the lock is gone already
}

/**
 * Hands over a session's messages one at a time and in order, until none comes for the idle timeout, or until the lock
 * is no longer renewed: then another worker may have the session, or this one again.
 */
export const serveSession: ServeSession = async (receiver, { settings, clock, dispatch }, stopping) => {
  const feed = new MessageFeed({ receiver, clock, credit: 1 + settings.prefetchCount });
  const idleMs = sessionIdleMs(settings);
  const renewedUntil = clock.now() + (settings.maxAutoLockRenewalDuration || Number.POSITIVE_INFINITY);
  while (!stopping.aborted && clock.now() < renewedUntil) {
    const message = await feed.take(idleMs, stopping);
    if (!message) return;
    await dispatch([message], receiver);
    feed.done(message);
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
