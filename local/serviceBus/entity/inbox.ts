import { randomUUID } from 'node:crypto';
import rhea from 'rhea';
import type { Clock } from '../../clock.ts';
import type { Content } from '../codec/content.ts';
import { BrokerError } from '../errors.ts';
import { checkAcceptable } from './acceptance.ts';
import { atInstant } from './atInstant.ts';
import type { DuplicateHistory } from './duplicateHistory.ts';
import type { BrokerMessage, MessageStore } from './messageStore.ts';
import type { SequenceNumbers } from './sequenceNumbers.ts';

interface InboxParts {
  requiresSession: boolean;
  clock: Clock;
  numbers: SequenceNumbers;
  /** Holds what is scheduled: a queue's own store, so that it can be peeked, or one of the topic's. */
  store: MessageStore;
  duplicates: DuplicateHistory | undefined;
  /** Hands over what is due; `hops` counts the entities that forwarded it. */
  deliver: (content: Content, hops: number) => void;
}

/** The side of a queue or topic on which messages are sent: checks, duplicates, schedule. */
export class Inbox {
  readonly #parts: InboxParts;
  readonly #timers = new Map<number, () => void>();

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /** Takes all messages of one transfer, or throws and takes none. A message seen before is dropped without a word. */
  send(contents: Content[], hops = 0): void {
    for (const content of contents) checkAcceptable(content, this.#parts.requiresSession);
    for (const content of contents.map(identified)) {
      if (!this.#isNew(content)) continue;
      if (content.scheduledFor !== undefined && content.scheduledFor > this.#parts.clock.now()) this.#keep(content);
      else this.#parts.deliver(content, hops);
    }
  }

  /** Schedules messages; the numbers returned cancel them. */
  schedule(contents: Content[]): number[] {
    for (const content of contents) checkAcceptable(content, this.#parts.requiresSession);
    return contents.map((content) => {
      const named = identified(content);
      // A duplicate gets a number too: its sender cannot tell, and cancelling it finds nothing.
      return this.#isNew(named) ? this.#keep(named).sequenceNumber : this.#parts.numbers.next();
    });
  }

  cancel(sequenceNumbers: number[]): void {
    const messages = sequenceNumbers.map((number) => {
      const message = this.#parts.store.get(number);
      if (message?.state === 'scheduled') return message;
      throw new BrokerError('com.microsoft:message-not-found', `No message is scheduled under the number ${number}.`);
    });
    for (const message of messages) this.#drop(message);
  }

  /** Sets the timers of what was restored. */
  open(): void {
    for (const message of [...this.#parts.store.all()]) if (message.state === 'scheduled') this.#setTimer(message);
  }

  #isNew(content: Content): boolean {
    return this.#parts.duplicates?.note(content.messageId ?? '') ?? true;
  }

  #keep(content: Content): BrokerMessage {
    const dueAt = content.scheduledFor ?? this.#parts.clock.now();
    const message = this.#parts.store.add(content, { state: 'scheduled', dueAt });
    this.#setTimer(message);
    return message;
  }

  #setTimer(message: BrokerMessage): void {
    const cancel = atInstant(this.#parts.clock, message.dueAt ?? 0, () => this.#activate(message));
    this.#timers.set(message.sequenceNumber, cancel);
  }

  /** A message that falls due is enqueued anew, under a new number. */
  #activate(message: BrokerMessage): void {
    this.#drop(message);
    this.#parts.deliver(message.content, 0);
  }

  #drop(message: BrokerMessage): void {
    this.#timers.get(message.sequenceNumber)?.();
    this.#timers.delete(message.sequenceNumber);
    this.#parts.store.remove(message);
  }
}

/** Receivers of every language expect an id; the service gives one to a message without. */
function identified(content: Content): Content {
  if (content.messageId !== undefined) return content;
  return content.withProperty('messageId', rhea.types.wrap_string(randomUUID().replaceAll('-', '')));
}
