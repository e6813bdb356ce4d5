import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { RpcTypedData } from '../coreApi.ts';

type BindingValue = string | Uint8Array | number | boolean | object | null | undefined;

/** The messages as the function's input: strings unless the binding asks for binary, a collection for batches. */
export function toInput(messages: ServiceBusReceivedMessage[], isBatch: boolean, isBinary: boolean): RpcTypedData {
  const bodies = messages.map(readBody);
  if (!isBatch) {
    const [body = Buffer.alloc(0)] = bodies;
    return isBinary ? { bytes: body } : { string: body.toString('utf8') };
  }
  if (isBinary) return { collectionBytes: { bytes: bodies } };
  const strings = bodies.map((body) => body.toString('utf8'));
  return { collectionString: { string: strings.filter((text) => text !== '') } }; // the host drops empty ones
}

/** `context.triggerMetadata` of one message, or of a batch (each name with `Array`), with the host's names and types. */
export function toTriggerMetadata(
  messages: ServiceBusReceivedMessage[],
  isBatch: boolean,
): Record<string, RpcTypedData> {
  const described = messages.map(describe);
  const [first] = described;
  if (!first) return {};
  if (!isBatch) return mapValues({ ...first, ...bodyProperties(messages[0]) }, toRpc);
  const names = Object.keys(first) as (keyof typeof first)[];
  const arrays = names.map((name) => [`${name}Array`, described.map((message) => message[name])] as const);
  return mapValues(Object.fromEntries(arrays), toRpcArray);
}

/** The body's bytes, however the sender encoded it: AMQP data, or an AMQP value holding a string. */
function readBody({ body }: ServiceBusReceivedMessage): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (typeof body === 'string') return Buffer.from(body);
  throw new Error(`A message with a value type of ${typeof body} cannot be bound to a string.`);
}

function describe(message: ServiceBusReceivedMessage) {
  const properties = message.applicationProperties ?? {};
  return {
    DeliveryCount: (message.deliveryCount ?? 0) + 1, // counted from 0 on the wire
    DeadLetterSource: message.deadLetterSource,
    LockToken: message.lockToken,
    ExpiresAtUtc: unzoned(message.expiresAtUtc),
    ExpiresAt: zoned(message.expiresAtUtc),
    EnqueuedTimeUtc: unzoned(message.enqueuedTimeUtc),
    EnqueuedTime: zoned(message.enqueuedTimeUtc),
    MessageId: message.messageId?.toString(),
    ContentType: message.contentType,
    ReplyTo: message.replyTo,
    SequenceNumber: message.sequenceNumber?.toNumber(),
    To: message.to,
    Subject: message.subject,
    Label: message.subject,
    CorrelationId: message.correlationId?.toString(),
    ApplicationProperties: properties,
    UserProperties: properties,
    SessionId: message.sessionId,
    ReplyToSessionId: message.replyToSessionId,
    PartitionKey: message.partitionKey,
    TransactionPartitionKey: undefined,
  } satisfies Record<string, BindingValue>;
}

/** The extension passes a .NET DateTime of unspecified kind, which has no zone in JSON. */
function unzoned(date: Date | undefined): string | undefined {
  return date
    ?.toISOString()
    .slice(0, -1)
    .replace(/\.?0+$/, '');
}

function zoned(date: Date | undefined): string | undefined {
  return date && `${unzoned(date)}+00:00`;
}

/** The host adds the top-level properties of a JSON body to the metadata, where they win over the message's own. */
function bodyProperties(message: ServiceBusReceivedMessage | undefined): Record<string, BindingValue> {
  if (!message) return {};
  let body: unknown;
  try {
    body = JSON.parse(readBody(message).toString('utf8'));
  } catch {
    return {};
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return {};
  const entries = Object.entries(body).filter(([, value]) => value !== null && !Array.isArray(value));
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'object' ? value : String(value)]));
}

/** A string goes as string, null as nothing, everything else as JSON: as the host's ToRpc does. */
function toRpc(value: BindingValue): RpcTypedData {
  if (value === null || value === undefined) return {};
  return typeof value === 'string' ? { string: value } : { json: JSON.stringify(value) };
}

/** An array of strings goes as a collection, from which the host drops what is empty. */
function toRpcArray(values: BindingValue[]): RpcTypedData {
  const strings = values.filter((value) => typeof value === 'string');
  const hasOthers = values.some((value) => value !== undefined && typeof value !== 'string');
  return hasOthers
    ? { json: JSON.stringify(values.map((value) => value ?? null)) }
    : { collectionString: { string: strings.filter((value) => value !== '') } };
}

function mapValues<T>(values: Record<string, T>, map: (value: T) => RpcTypedData): Record<string, RpcTypedData> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
