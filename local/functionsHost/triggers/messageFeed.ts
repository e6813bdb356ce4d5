import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { Clock } from '../../clock.ts';

interface Delivery {
  message: ServiceBusReceivedMessage;
  finish(): void;
}

/**
 * What a receiver is sent, for taking one by one. Not with receiveMessages: that drains the link after each wait, and
 * closes it when the answer takes longer than 200 ms, which loses a session while its messages are worked on.
 */
export class MessageFeed {
  readonly #clock: Clock;
  readonly #waiting: Delivery[] = [];
  readonly #taken = new Map<ServiceBusReceivedMessage, () => void>();
  readonly #subscription: { close(): Promise<void> };
  #wake: () => void = () => undefined;
  #error: unknown;

  constructor(options: {
    receiver: ServiceBusReceiver;
    clock: Clock;
    /** How many messages may be under way or in work. */
    credit: number;
    /** Ends the feed (a session is lost with its link), unless it returns true: the client reconnects by itself. */
    recovers?: (error: unknown) => boolean;
  }) {
    this.#clock = options.clock;
    this.#subscription = options.receiver.subscribe(
      {
        processMessage: (message) =>
          new Promise((finish) => {
            this.#waiting.push({ message, finish });
            this.#wake();
          }),
        processError: async ({ error }) => {
          if (!options.recovers?.(error)) this.#error ??= error;
          this.#wake();
        },
      },
      { autoCompleteMessages: false, maxConcurrentCalls: options.credit },
    );
  }

  /** The next message, or none within the time, or when stopping; rejects once the feed has ended. */
  async take(waitMs: number, stopping: AbortSignal): Promise<ServiceBusReceivedMessage | undefined> {
    if (this.#waiting.length === 0 && !this.#error && !stopping.aborted) await this.#arrival(waitMs, stopping);
    const next = this.#waiting.shift();
    if (next) this.#taken.set(next.message, next.finish);
    else if (this.#error) throw this.#error;
    return next?.message;
  }

  /** Settled: its place is free for another message. */
  done(message: ServiceBusReceivedMessage): void {
    this.#taken.get(message)?.();
    this.#taken.delete(message);
  }

  /** No further messages; those not yet taken still can be. */
  async end(): Promise<void> {
    await this.#subscription.close().catch(() => undefined);
  }

  async #arrival(waitMs: number, stopping: AbortSignal): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const wake = () => this.#wake();
    const cancel = this.#clock.after(waitMs, wake);
    stopping.addEventListener('abort', wake, { once: true });
    await arrived;
    stopping.removeEventListener('abort', wake);
    cancel();
  }
}
