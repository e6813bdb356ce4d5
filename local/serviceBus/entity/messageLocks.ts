import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { messageLockLost } from '../errors.ts';
import { atInstant } from './atInstant.ts';
import type { BrokerMessage } from './messageStore.ts';
import type { SessionLock } from './sessions.ts';

export interface LockedMessage {
  message: BrokerMessage;
  token: string;
  lockedUntil: number;
}

interface MessageLock {
  readonly token: string;
  readonly message: BrokerMessage;
  /** A message that is taken under a session is locked as long as the session is. */
  readonly session: SessionLock | undefined;
  until: number;
  cancelExpiry: () => void;
}

/** The locks on the messages of one queue, by token. */
export class MessageLocks {
  readonly #clock: Clock;
  readonly #durationMs: number;
  readonly #onExpiry: (message: BrokerMessage) => void;
  readonly #locks = new Map<string, MessageLock>();
  readonly #locked = new Set<BrokerMessage>();

  constructor(clock: Clock, durationMs: number, onExpiry: (message: BrokerMessage) => void) {
    this.#clock = clock;
    this.#durationMs = durationMs;
    this.#onExpiry = onExpiry;
  }

  lock(message: BrokerMessage, session: SessionLock | undefined): LockedMessage {
    const token = randomUUID().replaceAll('-', '');
    const lock: MessageLock = { token, message, session, until: session?.lockedUntil ?? 0, cancelExpiry: () => {} };
    if (!session) this.#setExpiry(lock);
    this.#locks.set(token, lock);
    this.#locked.add(message);
    session?.tokens.add(token);
    return { message, token, lockedUntil: lock.until };
  }

  has(token: string): boolean {
    return this.#locks.has(token);
  }

  isLocked(message: BrokerMessage): boolean {
    return this.#locked.has(message);
  }

  /** Renews a lock; one under a session lives as long as that, and is renewed with it. */
  renew(token: string): number {
    const lock = this.#find(token);
    if (lock.session) return lock.session.lockedUntil;
    lock.cancelExpiry();
    this.#setExpiry(lock);
    return lock.until;
  }

  /** Ends a lock; an error where there is none any more. */
  unlock(token: string): BrokerMessage {
    const lock = this.#find(token);
    lock.cancelExpiry();
    lock.session?.tokens.delete(token);
    this.#locks.delete(token);
    this.#locked.delete(lock.message);
    return lock.message;
  }

  #setExpiry(lock: MessageLock): void {
    lock.until = this.#clock.now() + this.#durationMs;
    lock.cancelExpiry = atInstant(this.#clock, lock.until, () => this.#onExpiry(this.unlock(lock.token)));
  }

  #find(token: string): MessageLock {
    const lock = this.#locks.get(token);
    if (!lock) throw messageLockLost();
    return lock;
  }
}
