import rhea from 'rhea';
import { expect, it } from 'vitest';
import { Content } from '../../../../local/serviceBus/codec/content.ts';
import { tagOfToken, tokenFromTag, tokenFromUuid, uuidOfToken } from '../../../../local/serviceBus/codec/lockToken.ts';
import { BrokerError } from '../../../../local/serviceBus/errors.ts';

const { types } = rhea;

it('relays every value with the type in which it came', () => {
  const encoded = rhea.message.encode({
    durable: true,
    message_annotations: { 'x-opt-own': types.wrap_short(3) },
    message_id: types.wrap_uuid(Buffer.alloc(16, 7)),
    application_properties: {
      byte: types.wrap_byte(-1),
      ulong: types.wrap_ulong(1),
      float: types.wrap_float(1),
      char: types.wrap_char(65),
      large: types.wrap_long(Buffer.from('7fffffffffffffff', 'hex')),
    },
    body: rhea.message.sequence_section([types.wrap_ubyte(1), types.wrap_symbol('s')]),
    footer: { checksum: 1 },
  } as never);

  const relayed = Content.decode(Content.decode(encoded).encode()).encode();
  const stamped = Content.decode(relayed).encodeStamped({
    timeToLive: 5,
    deliveryCount: 2,
    expiresAt: 1000,
    annotations: { 'x-opt-sequence-number': types.wrap_long(9) },
    deliveryAnnotations: { 'x-opt-lock-token': types.wrap_uuid(Buffer.alloc(16, 1)) },
  });

  const typesOf = (bytes: Buffer) => {
    const Reader = (types as unknown as { Reader: new (b: Buffer) => { read(): never; remaining(): number } }).Reader;
    const reader = new Reader(bytes);
    const sections: { descriptor: { value: number }; value: { type: { name: string }; value: unknown }[] }[] = [];
    while (reader.remaining() > 0) sections.push(reader.read());
    return new Map(sections.map((section) => [section.descriptor.value, section.value]));
  };
  const [before, after] = [typesOf(encoded), typesOf(stamped)];
  for (const section of [0x74, 0x76, 0x78]) expect(after.get(section)).toEqual(before.get(section));
  expect(after.get(0x73)?.[0]).toEqual(before.get(0x73)?.[0]);
  expect(rhea.message.decode(stamped)).toMatchObject({
    durable: true,
    ttl: 5,
    delivery_count: 2,
    absolute_expiry_time: new Date(1000),
    message_annotations: { 'x-opt-own': 3, 'x-opt-sequence-number': 9 },
    delivery_annotations: { 'x-opt-lock-token': Buffer.alloc(16, 1) },
  });
});

it('understands ids of every type', () => {
  const idOf = (message_id: unknown) => Content.decode(rhea.message.encode({ message_id, body: 1 } as never)).messageId;

  expect(idOf('text')).toBe('text');
  expect(idOf(types.wrap_ulong(5))).toBe('5');
  expect(idOf(types.wrap_uuid(Buffer.from('00112233445566778899aabbccddeeff', 'hex')))).toBe(
    '00112233-4455-6677-8899-aabbccddeeff',
  );
});

it('refuses bytes that are not a message', () => {
  const valid = rhea.message.encode({ message_id: 'id', body: 'body' });

  expect(() => Content.decode(valid.subarray(0, valid.length - 1))).toThrow(BrokerError);
  expect(() => Content.decode(Buffer.from([0x00, 0x53, 0x70, 0x01]))).toThrow(BrokerError);
});

it('turns a lock token into a delivery tag in the byte order of .NET and back', () => {
  const token = '00112233445566778899aabbccddeeff';

  expect(tagOfToken(token).toString('hex')).toBe('33221100554477668899aabbccddeeff');
  expect(tokenFromTag(tagOfToken(token))).toBe(token);
  expect(tokenFromUuid(uuidOfToken(token))).toBe(token);
  expect(tokenFromTag(Buffer.from('short'))).toBe('');
});
