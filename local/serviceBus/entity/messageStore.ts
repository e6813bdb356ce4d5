import type { Clock } from '../../clock.ts';
import { Content } from '../codec/content.ts';
import { atInstant } from './atInstant.ts';
import type { JournalRecord, Recorder, StoredRecord } from './records.ts';
import type { SequenceNumbers } from './sequenceNumbers.ts';

export interface BrokerMessage {
  readonly sequenceNumber: number;
  readonly enqueuedAt: number;
  readonly expiresAt: number | undefined;
  readonly dueAt: number | undefined;
  readonly deadLetterSource: string | undefined;
  readonly originalNumber: number;
  content: Content;
  state: StoredRecord['state'];
  deliveryCount: number;
}

export interface Arrival {
  state?: 'active' | 'scheduled';
  expiresAt?: number | undefined;
  dueAt?: number;
  deliveryCount?: number;
  deadLetterSource?: string;
  originalNumber?: number;
}

/** The messages of one entity, in the order of their sequence numbers, written down with every change. */
export class MessageStore {
  readonly path: string;
  readonly #clock: Clock;
  readonly #recorder: Recorder;
  readonly #numbers: SequenceNumbers;
  readonly #messages = new Map<number, BrokerMessage>();
  readonly #expiries = new Map<number, () => void>();
  readonly #onExpiry: (message: BrokerMessage) => void;

  constructor(
    path: string,
    surroundings: { clock: Clock; recorder: Recorder; numbers: SequenceNumbers },
    onExpiry: (message: BrokerMessage) => void,
  ) {
    this.path = path;
    this.#clock = surroundings.clock;
    this.#recorder = surroundings.recorder;
    this.#numbers = surroundings.numbers;
    this.#onExpiry = onExpiry;
  }

  get size(): number {
    return this.#messages.size;
  }

  has(message: BrokerMessage): boolean {
    return this.#messages.get(message.sequenceNumber) === message;
  }

  get(sequenceNumber: number): BrokerMessage | undefined {
    return this.#messages.get(sequenceNumber);
  }

  all(): Iterable<BrokerMessage> {
    return this.#messages.values();
  }

  add(content: Content, arrival: Arrival = {}): BrokerMessage {
    const record: StoredRecord = {
      op: 'stored',
      entity: this.path,
      number: this.#numbers.next(),
      state: 'active',
      content: content.encode().toString('base64'),
      at: this.#clock.now(),
      ...arrival,
    };
    this.#recorder.append(record);
    return this.#insert(record, content);
  }

  remove(message: BrokerMessage): void {
    this.#recorder.append({ op: 'removed', entity: this.path, number: message.sequenceNumber });
    this.#delete(message.sequenceNumber);
  }

  change(message: BrokerMessage, change: { deliveryCount?: number; state?: 'deferred'; content?: Content }): void {
    const { content, ...rest } = change;
    const encoded = content && { content: content.encode().toString('base64') };
    this.#recorder.append({ op: 'changed', entity: this.path, number: message.sequenceNumber, ...rest, ...encoded });
    Object.assign(message, change);
  }

  /** Repeats a record of an earlier run. */
  restore(record: JournalRecord): void {
    if (record.op === 'stored') {
      this.#numbers.atLeast(record.number);
      this.#insert(record, Content.decode(Buffer.from(record.content, 'base64')));
    }
    if (record.op === 'removed') this.#delete(record.number);
    if (record.op === 'changed') {
      const message = this.#messages.get(record.number);
      if (!message) return;
      message.deliveryCount = record.deliveryCount ?? message.deliveryCount;
      message.state = record.state ?? message.state;
      if (record.content !== undefined) message.content = Content.decode(Buffer.from(record.content, 'base64'));
    }
  }

  /** The records that a new file needs to hold the same messages. */
  *snapshot(): Iterable<JournalRecord> {
    for (const message of this.#messages.values()) {
      yield {
        op: 'stored',
        entity: this.path,
        number: message.sequenceNumber,
        state: message.state,
        content: message.content.encode().toString('base64'),
        at: message.enqueuedAt,
        expiresAt: message.expiresAt,
        deliveryCount: message.deliveryCount,
        dueAt: message.dueAt,
        deadLetterSource: message.deadLetterSource,
        originalNumber: message.originalNumber,
      };
    }
  }

  #insert(record: StoredRecord, content: Content): BrokerMessage {
    const message: BrokerMessage = {
      sequenceNumber: record.number,
      enqueuedAt: record.at,
      expiresAt: record.expiresAt,
      dueAt: record.dueAt,
      deadLetterSource: record.deadLetterSource,
      originalNumber: record.originalNumber ?? record.number,
      content,
      state: record.state,
      deliveryCount: record.deliveryCount ?? 0,
    };
    this.#messages.set(record.number, message);
    if (message.expiresAt !== undefined) {
      const cancel = atInstant(this.#clock, message.expiresAt, () => this.#onExpiry(message));
      this.#expiries.set(record.number, cancel);
    }
    return message;
  }

  #delete(sequenceNumber: number): void {
    this.#messages.delete(sequenceNumber);
    this.#expiries.get(sequenceNumber)?.();
    this.#expiries.delete(sequenceNumber);
  }
}
