import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { type Clock, sleep } from '../../clock.ts';
import type { ServiceBusSettings } from '../hostJson.ts';
import type { Log } from '../log.ts';

/** The queue or topic subscription a function listens to. */
export interface ServiceBusEntity {
  path: string;
  names: [queue: string] | [topic: string, subscription: string];
}

/** What every way of listening needs. */
export interface ListenerOptions {
  client: ServiceBusClient;
  entity: ServiceBusEntity;
  settings: ServiceBusSettings;
  /** Runs the function and settles; never rejects. */
  dispatch(messages: ServiceBusReceivedMessage[], receiver: ServiceBusReceiver): Promise<void>;
  clock: Clock;
  log: Log;
}

/** Stops taking messages at once; the promise resolves when what was taken is settled and the receiver is closed. */
export interface Listener {
  stop(): Promise<void>;
}

/**
 * Repeats an action until stopped, with a pause after a failure; says once that the entity is out of reach and once that
 * it is back, however long that takes and however many loops share this.
 */
export class Reconnector {
  readonly #options: ListenerOptions;
  readonly #stopping: AbortSignal;
  #isDown = false;

  constructor(options: ListenerOptions, stopping: AbortSignal) {
    this.#options = options;
    this.#stopping = stopping;
  }

  async repeat(action: () => Promise<void>): Promise<void> {
    const { clock, settings } = this.#options;
    while (!this.#stopping.aborted) {
      try {
        await action();
      } catch (error) {
        this.failed(error);
        await sleep(clock, settings.clientRetryOptions.delay, this.#stopping);
      }
    }
  }

  /** Takes note of a failure that will be tried again; always true. */
  failed(error: unknown): true {
    if (this.#isDown || this.#stopping.aborted) return true;
    this.#isDown = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#report(
      'warning',
      `cannot receive from "${this.#options.entity.path}", trying again until it works: ${reason}`,
    );
    return true;
  }

  succeeded(): void {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#report('information', `receiving from "${this.#options.entity.path}" again`);
  }

  #report(level: 'warning' | 'information', message: string): void {
    this.#options.log(level, 'Host.Triggers.ServiceBus', message);
  }
}
