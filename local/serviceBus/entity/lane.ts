import type { BrokerMessage } from './messageStore.ts';
import { SequenceHeap } from './sequenceHeap.ts';

/**
 * The messages that one kind of receiver may take, lowest number first, and the receivers that wait for them. A plain
 * queue has one lane; a session queue has one per session.
 */
export class Lane {
  readonly #messages = new SequenceHeap<BrokerMessage>();
  readonly #waiters = new Set<() => void>();

  /**
   * Makes a message available and lets waiting receivers take it, one after the other. A receiver that is woken either
   * takes what it can or waits again.
   */
  add(message: BrokerMessage): void {
    this.#messages.push(message);
    for (const wake of this.#waiters) {
      if (this.#messages.size === 0) return;
      this.#waiters.delete(wake);
      wake();
    }
  }

  /** Takes the first message that is still there to be taken. */
  take(isAvailable: (message: BrokerMessage) => boolean): BrokerMessage | undefined {
    for (let message = this.#messages.pop(); message; message = this.#messages.pop()) {
      if (isAvailable(message)) return message;
    }
    return undefined;
  }

  /** Whether a message is there; drops on the way what meanwhile left. */
  hasAny(isAvailable: (message: BrokerMessage) => boolean): boolean {
    for (let message = this.#messages.peek(); message; message = this.#messages.peek()) {
      if (isAvailable(message)) return true;
      this.#messages.pop();
    }
    return false;
  }

  /** Calls `wake` once, when a message comes; returns the cancellation. */
  wait(wake: () => void): () => void {
    this.#waiters.add(wake);
    return () => this.#waiters.delete(wake);
  }
}
