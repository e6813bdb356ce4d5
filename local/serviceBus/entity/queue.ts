import type { Typed } from 'rhea';
import type { Clock } from '../../clock.ts';
import type { Content } from '../codec/content.ts';
import { BrokerError, notAllowed } from '../errors.ts';
import { deadLetterProperties } from './deadLetterProperties.ts';
import { Lane } from './lane.ts';
import { type LockedMessage, MessageLocks } from './messageLocks.ts';
import { type Arrival, type BrokerMessage, MessageStore } from './messageStore.ts';
import type { JournalRecord, Recorder } from './records.ts';
import type { SequenceNumbers } from './sequenceNumbers.ts';
import { type SessionLock, Sessions } from './sessions.ts';

export interface QueueSettings {
  path: string;
  requiresSession: boolean;
  lockDurationMs: number;
  maxDeliveryCount: number;
  timeToLiveMs: number | undefined;
  deadLetteringOnMessageExpiration: boolean;
}

export interface QueueSurroundings {
  clock: Clock;
  recorder: Recorder;
  numbers: SequenceNumbers;
  /** Takes what is dead-lettered; undefined for a dead-letter queue itself. */
  deadLetter: ((content: Content, arrival: Arrival) => void) | undefined;
}

/** Application properties that a receiver sets (or, with undefined, removes) as it gives a message back. */
export type PropertyChanges = Iterable<[string, Typed | undefined]>;

/**
 * A queue, a subscription or a dead-letter queue: who may have which message, and what becomes of it. It knows nothing
 * of AMQP.
 */
export class Queue {
  readonly settings: QueueSettings;
  readonly store: MessageStore;
  /** Present where the entity requires sessions. */
  readonly sessions: Sessions | undefined;
  readonly #surroundings: QueueSurroundings;
  readonly #lane = new Lane();
  readonly #locks: MessageLocks;

  constructor(settings: QueueSettings, surroundings: QueueSurroundings) {
    this.settings = settings;
    this.#surroundings = surroundings;
    this.#locks = new MessageLocks(surroundings.clock, settings.lockDurationMs, (message) =>
      this.#countFailure(message),
    );
    this.store = new MessageStore(settings.path, surroundings, (message) => this.#expireIfFree(message));
    if (settings.requiresSession) {
      const { path, lockDurationMs } = settings;
      const onRelease = (lock: SessionLock, expired: boolean) => this.#giveBackAll(lock, expired);
      const isAvailable = (message: BrokerMessage) => this.#isAvailable(message);
      this.sessions = new Sessions({ path, lockDurationMs, isAvailable, onRelease }, surroundings);
    }
  }

  /** Adds a message; receivers get it once it is durable. */
  enqueue(content: Content, arrival: Arrival = {}): void {
    if (this.settings.requiresSession && content.sessionId === undefined) {
      this.deadLetterArriving(content, 'Session ID is null.', 'The entity requires a session id on every message.');
      return;
    }
    const expiresAt = this.#expiryOf(content);
    const message = this.store.add(content, { ...arrival, ...(expiresAt !== undefined && { expiresAt }) });
    this.#surroundings.recorder.whenDurable(() => this.#makeAvailable(message));
  }

  /** Puts a message into the dead-letter queue that was never available here. */
  deadLetterArriving(content: Content, reason?: string, description?: string, arrival: Arrival = {}): void {
    const explained = content.withApplicationProperties(deadLetterProperties(reason, description));
    this.#surroundings.deadLetter?.(explained, { ...arrival, deadLetterSource: this.settings.path });
  }

  /** Locks the next message of the lane: the entity's own, or that of a session. */
  take(session?: SessionLock): LockedMessage | undefined {
    const message = this.#next(session);
    return message && this.#locks.lock(message, session);
  }

  /** Removes the next message and hands it out. */
  takeAndRemove(session?: SessionLock): BrokerMessage | undefined {
    const message = this.#next(session);
    if (message) this.store.remove(message);
    return message;
  }

  /** Calls `wake` once, when a message comes; returns the cancellation. */
  wait(session: SessionLock | undefined, wake: () => void): () => void {
    return (session?.lane ?? this.#lane).wait(wake);
  }

  complete(token: string): void {
    this.store.remove(this.#locks.unlock(token));
  }

  /** Gives a message back as if it had not been delivered. */
  release(token: string): void {
    this.#giveBack(this.#locks.unlock(token));
  }

  abandon(token: string, changes: PropertyChanges = []): void {
    const message = this.#locks.unlock(token);
    this.store.change(message, { ...changed(message, changes), deliveryCount: message.deliveryCount + 1 });
    this.#giveBack(message);
  }

  defer(token: string, changes: PropertyChanges = []): void {
    const message = this.#locks.unlock(token);
    this.store.change(message, { ...changed(message, changes), state: 'deferred' });
  }

  deadLetter(token: string, reason?: string, description?: string, changes: PropertyChanges = []): void {
    if (!this.#surroundings.deadLetter) throw notAllowed('A message of a dead-letter queue cannot be dead-lettered.');
    const message = this.#locks.unlock(token);
    this.#moveToDeadLetters(message, message.content.withApplicationProperties(changes), reason, description);
  }

  /** Whether the token still locks a message. */
  holds(token: string): boolean {
    return this.#locks.has(token);
  }

  renew(token: string): number {
    return this.#locks.renew(token);
  }

  /** Locks (or, without locking, removes) deferred messages by their numbers; all of them or none. */
  takeDeferred(sequenceNumbers: number[], session: SessionLock | undefined): LockedMessage[] {
    return this.#deferred(sequenceNumbers).map((message) => this.#locks.lock(message, session));
  }

  takeAndRemoveDeferred(sequenceNumbers: number[]): BrokerMessage[] {
    const messages = this.#deferred(sequenceNumbers);
    for (const message of messages) this.store.remove(message);
    return messages;
  }

  /** Repeats a record of an earlier run. */
  restore(record: JournalRecord): void {
    if (record.op === 'sessionState') this.sessions?.restoreState(record.session, record.state, record.at);
    else this.store.restore(record);
  }

  /** Makes what was restored available. */
  open(): void {
    for (const message of [...this.store.all()]) if (message.state === 'active') this.#giveBack(message);
  }

  *snapshot(): Iterable<JournalRecord> {
    yield* this.store.snapshot();
    if (this.sessions) yield* this.sessions.snapshot();
  }

  /** Nothing expires in a dead-letter queue. */
  #expiryOf(content: Content): number | undefined {
    if (!this.#surroundings.deadLetter) return undefined;
    const limits = [content.timeToLive, this.settings.timeToLiveMs].filter((ttl) => ttl !== undefined);
    return limits.length === 0 ? undefined : this.#surroundings.clock.now() + Math.min(...limits);
  }

  #next(session: SessionLock | undefined): BrokerMessage | undefined {
    return (session?.lane ?? this.#lane).take((message) => this.#isAvailable(message));
  }

  #isAvailable(message: BrokerMessage): boolean {
    if (!this.store.has(message) || message.state !== 'active' || this.#locks.isLocked(message)) return false;
    return !this.#expireIfFree(message);
  }

  #makeAvailable(message: BrokerMessage): void {
    if (!this.store.has(message)) return;
    if (this.sessions) this.sessions.add(message.content.sessionId ?? '', message);
    else this.#lane.add(message);
  }

  #giveBackAll(session: SessionLock, expired: boolean): void {
    for (const token of [...session.tokens]) {
      const message = this.#locks.unlock(token);
      if (expired) this.#countFailure(message);
      else this.#giveBack(message);
    }
  }

  #countFailure(message: BrokerMessage): void {
    this.store.change(message, { deliveryCount: message.deliveryCount + 1 });
    this.#giveBack(message);
  }

  #giveBack(message: BrokerMessage): void {
    if (message.state === 'deferred' || this.#expireIfFree(message)) return;
    const { maxDeliveryCount } = this.settings;
    if (message.deliveryCount < maxDeliveryCount || !this.#surroundings.deadLetter) this.#makeAvailable(message);
    else {
      const description = `Message could not be consumed after ${maxDeliveryCount} delivery attempts.`;
      this.#moveToDeadLetters(message, message.content, 'MaxDeliveryCountExceeded', description);
    }
  }

  /** Expires a message that is due and not in anybody's hands; a deferred one stays until it is asked for. */
  #expireIfFree(message: BrokerMessage): boolean {
    const due = message.expiresAt !== undefined && message.expiresAt <= this.#surroundings.clock.now();
    if (!due || message.state !== 'active' || this.#locks.isLocked(message)) return false;
    if (this.settings.deadLetteringOnMessageExpiration && this.#surroundings.deadLetter) {
      const description = 'The message expired and was dead lettered.';
      this.#moveToDeadLetters(message, message.content, 'TTLExpiredException', description);
    } else this.store.remove(message);
    return true;
  }

  #moveToDeadLetters(message: BrokerMessage, content: Content, reason?: string, description?: string): void {
    this.store.remove(message);
    const { deliveryCount, originalNumber } = message;
    this.deadLetterArriving(content, reason, description, { deliveryCount, originalNumber });
  }

  #deferred(sequenceNumbers: number[]): BrokerMessage[] {
    return sequenceNumbers.map((number) => {
      const message = this.store.get(number);
      if (message?.state === 'deferred' && !this.#locks.isLocked(message)) return message;
      const description = `Failed to lock one or more specified messages: ${number} is not deferred here or is locked.`;
      throw new BrokerError('com.microsoft:message-not-found', description);
    });
  }
}

/** The new content where there is a change: an unchanged one need not be written again. */
function changed({ content }: BrokerMessage, changes: PropertyChanges): { content?: Content } {
  const entries = [...changes];
  return entries.length === 0 ? {} : { content: content.withApplicationProperties(entries) };
}
