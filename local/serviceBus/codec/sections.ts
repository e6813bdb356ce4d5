import rhea from 'rhea';
import { decodeValue, elementsOf, encodedLength, encodeList, encodeMap, encodeValue } from './amqpValues.ts';

const section = { header: 0x70, delivery: 0x71, annotations: 0x72, properties: 0x73, application: 0x74 };

/** The sections of a message, every value still encoded. */
export interface Sections {
  header: Buffer[];
  annotations: Map<string, Buffer>;
  properties: Buffer[];
  application: Map<string, Buffer>;
  /** Body and footer, byte for byte. */
  rest: Buffer;
}

/** Takes an encoded message apart. Delivery annotations concern one hop alone and are dropped. */
export function splitSections(encoded: Buffer): Sections {
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

/** Puts a message together, with the delivery annotations for the next hop. */
export function joinSections(sections: Sections, delivery = new Map<string, Buffer>()): Buffer {
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
    const [key, value] = [elements[index], elements[index + 1]];
    if (value) map.set(String(key && decodeValue(key)), value);
  }
  return map;
}

function encodeEntries(map: Map<string, Buffer>, keyType: 'symbol' | 'string'): Buffer {
  const wrapKey = keyType === 'symbol' ? rhea.types.wrap_symbol : rhea.types.wrap_string;
  return encodeMap([...map].flatMap(([key, value]) => [encodeValue(wrapKey(key)), value]));
}
