import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { expect, test } from 'vitest';
import { toInput, toTriggerMetadata } from '../../../../local/functionsHost/triggers/serviceBusMessage.ts';

function message(changes: Partial<ServiceBusReceivedMessage> = {}): ServiceBusReceivedMessage {
  return {
    body: Buffer.from('{"a":1}'),
    messageId: 'm-1',
    sessionId: 's-1',
    deliveryCount: 0,
    lockToken: 'token',
    enqueuedTimeUtc: new Date('2026-11-22T10:00:00.123Z'),
    expiresAtUtc: new Date('2026-12-06T10:00:00Z'),
    sequenceNumber: { toNumber: () => 7 },
    subject: 'wake-up',
    applicationProperties: { FooBar: true, count: 2 },
    ...changes,
  } as unknown as ServiceBusReceivedMessage;
}

test('a body is a string, or bytes where the binding asks for them', () => {
  expect(toInput([message()], false, false)).toEqual({ string: '{"a":1}' });
  expect(toInput([message()], false, true)).toEqual({ bytes: Buffer.from('{"a":1}') });
  expect(toInput([message({ body: 'an AMQP value' })], false, false)).toEqual({ string: 'an AMQP value' });
});

test('a batch is a collection, from which the host drops empty strings', () => {
  const batch = [message(), message({ body: Buffer.alloc(0) }), message({ body: Buffer.from('x') })];

  expect(toInput(batch, true, false)).toEqual({ collectionString: { string: ['{"a":1}', 'x'] } });
});

test('the metadata has the names and types of the host: strings as they are, all else JSON, null as nothing', () => {
  const metadata = toTriggerMetadata([message()], false);

  expect(metadata).toMatchObject({
    MessageId: { string: 'm-1' },
    SessionId: { string: 's-1' },
    LockToken: { string: 'token' },
    Subject: { string: 'wake-up' },
    Label: { string: 'wake-up' },
    DeliveryCount: { json: '1' },
    SequenceNumber: { json: '7' },
    EnqueuedTimeUtc: { string: '2026-11-22T10:00:00.123' },
    EnqueuedTime: { string: '2026-11-22T10:00:00.123+00:00' },
    ExpiresAtUtc: { string: '2026-12-06T10:00:00' },
    ApplicationProperties: { json: '{"FooBar":true,"count":2}' },
    UserProperties: { json: '{"FooBar":true,"count":2}' },
    CorrelationId: {},
    DeadLetterSource: {},
  });
});

test('top-level properties of a JSON body join the metadata of a single message, and win', () => {
  const body = Buffer.from(
    JSON.stringify({ MessageId: 'from the body', size: 4, nested: { a: 1 }, list: [1], none: null }),
  );

  const metadata = toTriggerMetadata([message({ body })], false);

  expect(metadata).toMatchObject({
    MessageId: { string: 'from the body' },
    size: { string: '4' },
    nested: { json: '{"a":1}' },
  });
  expect(metadata).not.toHaveProperty('list');
  expect(metadata).not.toHaveProperty('none');
});

test('a batch has each value as an array', () => {
  const metadata = toTriggerMetadata([message(), message({ messageId: 'm-2', deliveryCount: 4 })], true);

  expect(metadata).toMatchObject({
    MessageIdArray: { collectionString: { string: ['m-1', 'm-2'] } },
    DeliveryCountArray: { json: '[1,5]' },
    EnqueuedTimeUtcArray: { collectionString: { string: ['2026-11-22T10:00:00.123', '2026-11-22T10:00:00.123'] } },
    CorrelationIdArray: { collectionString: { string: [] } },
    ApplicationPropertiesArray: { json: expect.stringContaining('FooBar') },
  });
});
