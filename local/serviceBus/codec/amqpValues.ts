import rhea, { type Typed } from 'rhea';
import { BrokerError } from '../errors.ts';

/** The part of rhea's type system that its own typings leave out. */
interface AmqpTypes {
  Reader: new (buffer: Buffer) => { read(): Typed };
  Writer: new (buffer: Buffer) => { write(value: Typed): void; toBuffer(): Buffer };
  unwrap(value: unknown): unknown;
}

/** Most values are short; the writer grows by itself. */
const usualBytes = 48;

const { Reader, Writer, unwrap } = rhea.types as unknown as AmqpTypes;

/** Encodes one value. */
export function encodeValue(value: Typed): Buffer {
  const writer = new Writer(Buffer.allocUnsafe(usualBytes));
  writer.write(value);
  return writer.toBuffer();
}

/** Decodes one value into plain JavaScript (uuid and binary stay buffers). */
export function decodeValue(encoded: Buffer): unknown {
  try {
    return unwrap(new Reader(encoded).read());
  } catch (cause) {
    throw new BrokerError('amqp:decode-error', `A value cannot be decoded: ${(cause as Error).message}`);
  }
}

/** The bytes that the encoded value at `offset` occupies: values are relayed as they came, so no type is lost. */
export function encodedLength(buffer: Buffer, offset: number): number {
  const length = unboundedLength(buffer, offset);
  if (offset + length > buffer.length) throw truncated();
  return length;
}

function unboundedLength(buffer: Buffer, offset: number): number {
  const code = byteAt(buffer, offset);
  if (code === 0) {
    const descriptor = encodedLength(buffer, offset + 1);
    return 1 + descriptor + encodedLength(buffer, offset + 1 + descriptor);
  }
  const category = code >>> 4;
  const fixed = fixedWidths[category];
  if (fixed !== undefined) return 1 + fixed;
  if (category === 0xa || category === 0xc || category === 0xe) return 2 + byteAt(buffer, offset + 1);
  if (category === 0xb || category === 0xd || category === 0xf) return 5 + uintAt(buffer, offset + 1);
  throw new BrokerError('amqp:decode-error', `Unknown type code 0x${code.toString(16)}.`);
}

const fixedWidths: Record<number, number> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 };

/** The encoded elements of a list or map. */
export function elementsOf(encoded: Buffer): Buffer[] {
  const code = byteAt(encoded, 0);
  if (code === 0x45) return [];
  const wide = code === 0xd0 || code === 0xd1;
  if (!wide && code !== 0xc0 && code !== 0xc1) throw new BrokerError('amqp:decode-error', 'Expected a list or a map.');
  const count = wide ? uintAt(encoded, 5) : byteAt(encoded, 2);
  const elements: Buffer[] = [];
  let offset = wide ? 9 : 3;
  while (elements.length < count) {
    const length = encodedLength(encoded, offset);
    elements.push(encoded.subarray(offset, offset + length));
    offset += length;
  }
  return elements;
}

/** A list of values that are encoded already. */
export function encodeList(elements: Buffer[]): Buffer {
  return encodeCompound(0xd0, elements);
}

/** A map of values that are encoded already; keys and values alternate. */
export function encodeMap(elements: Buffer[]): Buffer {
  return encodeCompound(0xd1, elements);
}

function encodeCompound(code: number, elements: Buffer[]): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(code, 0);
  head.writeUInt32BE(
    elements.reduce((sum, element) => sum + element.length, 4),
    1,
  );
  head.writeUInt32BE(elements.length, 5);
  return Buffer.concat([head, ...elements]);
}

function byteAt(buffer: Buffer, offset: number): number {
  if (offset >= buffer.length) throw truncated();
  return buffer.readUInt8(offset);
}

function uintAt(buffer: Buffer, offset: number): number {
  if (offset + 4 > buffer.length) throw truncated();
  return buffer.readUInt32BE(offset);
}

function truncated(): BrokerError {
  return new BrokerError('amqp:decode-error', 'The message ends in the middle of a value.');
}
