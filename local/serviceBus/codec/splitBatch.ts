import { decodeValue, encodedLength } from './amqpValues.ts';

const dataSection = 0x75;

/** The encoded messages in a batch: each is the content of one data section. */
export function splitBatch(encoded: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let offset = 0; offset < encoded.length; ) {
    const length = encodedLength(encoded, offset);
    const descriptorLength = encodedLength(encoded, offset + 1);
    const descriptor = decodeValue(encoded.subarray(offset + 1, offset + 1 + descriptorLength));
    const value = encoded.subarray(offset + 1 + descriptorLength, offset + length);
    if (descriptor === dataSection || descriptor === 'amqp:data:binary') {
      const content = decodeValue(value);
      if (Buffer.isBuffer(content)) messages.push(content);
    }
    offset += length;
  }
  return messages;
}
