import rhea, { type Typed } from 'rhea';
import { decodeValue, encodeValue } from './amqpValues.ts';
import { joinSections, type Sections, splitSections } from './sections.ts';
import { uuidText } from './uuidText.ts';

const { types } = rhea;
const nothing = encodeValue(types.wrap(null));

export type PropertyName =
  | 'messageId'
  | 'to'
  | 'subject'
  | 'replyTo'
  | 'correlationId'
  | 'contentType'
  | 'absoluteExpiryTime'
  | 'groupId'
  | 'replyToGroupId';

const propertyIndex: Record<PropertyName, number> = {
  messageId: 0,
  to: 2,
  subject: 3,
  replyTo: 4,
  correlationId: 5,
  contentType: 6,
  absoluteExpiryTime: 8,
  groupId: 10,
  replyToGroupId: 12,
};

const headerIndex = { ttl: 2, deliveryCount: 4 };

/** What the broker writes into a message that it hands out. */
export interface Stamp {
  timeToLive: number | undefined;
  deliveryCount: number;
  expiresAt: number | undefined;
  annotations: Record<string, Typed>;
  deliveryAnnotations: Record<string, Typed>;
}

/** A message as it was sent. Never changed in place; every value keeps the encoding in which it came. */
export class Content {
  readonly #sections: Sections;

  private constructor(sections: Sections) {
    this.#sections = sections;
  }

  static decode(encoded: Buffer): Content {
    return new Content(splitSections(encoded));
  }

  get messageId(): string | undefined {
    return textOf(this.property('messageId'));
  }

  get sessionId(): string | undefined {
    return textOf(this.property('groupId'));
  }

  get partitionKey(): string | undefined {
    return textOf(this.annotation('x-opt-partition-key'));
  }

  /** Milliseconds, or undefined where the sender set none. */
  get timeToLive(): number | undefined {
    const ttl = decoded(this.#sections.header[headerIndex.ttl]);
    return typeof ttl === 'number' ? ttl : undefined;
  }

  get scheduledFor(): number | undefined {
    const instant = this.annotation('x-opt-scheduled-enqueue-time');
    return instant instanceof Date ? instant.getTime() : undefined;
  }

  property(name: PropertyName): unknown {
    return decoded(this.#sections.properties[propertyIndex[name]]);
  }

  annotation(name: string): unknown {
    return decoded(this.#sections.annotations.get(name));
  }

  get applicationPropertyNames(): Iterable<string> {
    return this.#sections.application.keys();
  }

  applicationProperty(name: string): unknown {
    return decoded(this.#sections.application.get(name));
  }

  /** Sets a standard property, or clears it. */
  withProperty(name: PropertyName, value: Typed | undefined): Content {
    const properties = replaceAt(this.#sections.properties, propertyIndex[name], value);
    return new Content({ ...this.#sections, properties });
  }

  /** Sets application properties; an undefined value removes one. */
  withApplicationProperties(changes: Iterable<[string, Typed | undefined]>): Content {
    const application = new Map(this.#sections.application);
    for (const [name, value] of changes) {
      if (value === undefined) application.delete(name);
      else application.set(name, encodeValue(value));
    }
    return new Content({ ...this.#sections, application });
  }

  withTimeToLive(milliseconds: number | undefined): Content {
    const ttl = milliseconds === undefined ? undefined : types.wrap_uint(milliseconds);
    return new Content({ ...this.#sections, header: replaceAt(this.#sections.header, headerIndex.ttl, ttl) });
  }

  /** The message without anything of the broker's. */
  encode(): Buffer {
    return joinSections(this.#sections);
  }

  /** The message as a receiver gets it. */
  encodeStamped(stamp: Stamp): Buffer {
    const ttl = stamp.timeToLive === undefined ? undefined : types.wrap_uint(stamp.timeToLive);
    const header = replaceAt(
      replaceAt(this.#sections.header, headerIndex.ttl, ttl),
      headerIndex.deliveryCount,
      types.wrap_uint(stamp.deliveryCount),
    );
    const annotations = new Map(this.#sections.annotations);
    for (const [name, value] of Object.entries(stamp.annotations)) annotations.set(name, encodeValue(value));
    const expiry = stamp.expiresAt === undefined ? undefined : types.wrap_timestamp(stamp.expiresAt);
    const properties = replaceAt(this.#sections.properties, propertyIndex.absoluteExpiryTime, expiry);
    const delivery = new Map(
      Object.entries(stamp.deliveryAnnotations).map(([name, value]) => [name, encodeValue(value)]),
    );
    return joinSections({ ...this.#sections, header, annotations, properties }, delivery);
  }
}

function replaceAt(list: Buffer[], index: number, value: Typed | undefined): Buffer[] {
  const copy = [...list];
  while (copy.length <= index) copy.push(nothing);
  copy[index] = value === undefined ? nothing : encodeValue(value);
  return copy;
}

function decoded(encoded: Buffer | undefined): unknown {
  return encoded === undefined ? undefined : (decodeValue(encoded) ?? undefined);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return Buffer.isBuffer(value) ? uuidText(value) : String(value);
}
