import rhea, { type Typed } from 'rhea';
import { decodeValue, elementsOf, encodedLength, encodeList, encodeMap, encodeValue } from './amqpValues.ts';
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

const section = { header: 0x70, delivery: 0x71, annotations: 0x72, properties: 0x73, application: 0x74 };
const headerIndex = { ttl: 2, deliveryCount: 4 };

interface Sections {
  header: Buffer[];
  annotations: Map<string, Buffer>;
  properties: Buffer[];
  application: Map<string, Buffer>;
  /** Body and footer, byte for byte. */
  rest: Buffer;
}

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

  withoutAnnotation(name: string): Content {
    const annotations = new Map(this.#sections.annotations);
    annotations.delete(name);
    return new Content({ ...this.#sections, annotations });
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

function splitSections(encoded: Buffer): Sections {
  const sections: Sections = {
    header: [],
    annotations: new Map(),
    properties: [],
    application: new Map(),
    rest: Buffer.alloc(0),
  };
  for (let offset = 0; offset < encoded.length; ) {
    const length = encodedLength(encoded, offset);
    const descriptorLength = encodedLength(encoded, offset + 1);
    const code = sectionCode(encoded.subarray(offset + 1, offset + 1 + descriptorLength));
    const value = encoded.subarray(offset + 1 + descriptorLength, offset + length);
    if (code === section.header) sections.header = elementsOf(value);
    else if (code === section.annotations) sections.annotations = mapOf(value);
    else if (code === section.properties) sections.properties = elementsOf(value);
    else if (code === section.application) sections.application = mapOf(value);
    else if (code !== section.delivery) {
      sections.rest = encoded.subarray(offset);
      return sections;
    }
    offset += length;
  }
  return sections;
}

const sectionNames: Record<string, number> = {
  'amqp:header:list': section.header,
  'amqp:delivery-annotations:map': section.delivery,
  'amqp:message-annotations:map': section.annotations,
  'amqp:properties:list': section.properties,
  'amqp:application-properties:map': section.application,
};

function sectionCode(descriptor: Buffer): number {
  const value = decodeValue(descriptor);
  if (typeof value === 'string') return sectionNames[value] ?? 0;
  return typeof value === 'number' ? value : 0;
}

function joinSections(sections: Sections, delivery = new Map<string, Buffer>()): Buffer {
  const { header, annotations, properties, application, rest } = sections;
  const parts: Buffer[] = [];
  if (header.length > 0) parts.push(described(section.header, encodeList(header)));
  if (delivery.size > 0) parts.push(described(section.delivery, encodeEntries(delivery, 'symbol')));
  if (annotations.size > 0) parts.push(described(section.annotations, encodeEntries(annotations, 'symbol')));
  if (properties.length > 0) parts.push(described(section.properties, encodeList(properties)));
  if (application.size > 0) parts.push(described(section.application, encodeEntries(application, 'string')));
  return Buffer.concat([...parts, rest]);
}

function described(code: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x00, 0x53, code]), value]);
}

function mapOf(encoded: Buffer): Map<string, Buffer> {
  const elements = elementsOf(encoded);
  const map = new Map<string, Buffer>();
  for (let index = 0; index + 1 < elements.length; index += 2) {
    const value = elements[index + 1];
    if (value) map.set(String(decoded(elements[index])), value);
  }
  return map;
}

function encodeEntries(map: Map<string, Buffer>, keyType: 'symbol' | 'string'): Buffer {
  const wrapKey = keyType === 'symbol' ? types.wrap_symbol : types.wrap_string;
  return encodeMap([...map].flatMap(([key, value]) => [encodeValue(wrapKey(key)), value]));
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
