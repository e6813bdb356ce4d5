import { z } from 'zod';

/** An accepted event, between the envelope in which it came and the one in which it goes. */
export interface StoredEvent {
  id: string;
  type: string;
  subject?: string | undefined;
  /** Every attribute but `data`, as it came. */
  attributes: Record<string, unknown>;
  data?: unknown;
  schema: 'EventGridSchema' | 'CloudEventSchemaV1_0';
}

const instant = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'expected an instant in ISO 8601');
const filled = z.string().min(1);

const eventGridEvent = z.strictObject({
  id: filled,
  topic: z.string().nullish(),
  subject: z.string(),
  eventType: filled,
  eventTime: instant,
  data: z.unknown(),
  dataVersion: z.string().nullish(),
  metadataVersion: z.literal('1').nullish(),
});

const cloudEvent = z
  .looseObject({
    id: filled,
    source: filled,
    type: filled,
    specversion: z.literal('1.0'),
    subject: filled.nullish(),
    time: instant.nullish(),
    datacontenttype: z.string().nullish(),
    dataschema: z.string().nullish(),
    data_base64: z.base64().optional(),
  })
  .refine(
    (event) => Object.keys(event).every((name) => name === 'data_base64' || /^[a-z0-9]+$/.test(name)),
    'attribute names consist of lower-case letters and digits',
  );

/** Reads what a publisher sent, by its content type; throws a ZodError that names the field of the event. */
export function readEvents(contentType: string, body: unknown, topic: string): StoredEvent[] {
  const kind = contentType.split(';')[0]?.trim().toLowerCase();
  if (kind === 'application/cloudevents-batch+json') return z.array(cloudEvent).parse(body).map(fromCloudEvent);
  if (kind === 'application/cloudevents+json') return [fromCloudEvent(cloudEvent.parse(body))];
  return z
    .array(eventGridEvent)
    .parse(body)
    .map((event) => fromEventGrid(event, topic));
}

function fromEventGrid({ data, ...event }: z.output<typeof eventGridEvent>, topic: string): StoredEvent {
  const attributes = {
    ...event,
    topic: event.topic || topic,
    dataVersion: event.dataVersion ?? '',
    metadataVersion: '1',
  };
  return { id: event.id, type: event.eventType, subject: event.subject, attributes, data, schema: 'EventGridSchema' };
}

function fromCloudEvent({ data, ...attributes }: z.output<typeof cloudEvent>): StoredEvent {
  const { id, type, subject } = attributes;
  return { id, type, subject: subject ?? undefined, attributes, data, schema: 'CloudEventSchemaV1_0' };
}

/** The event in the schema that the event subscription asked for. */
export function writeEvent(
  { attributes, data, schema }: StoredEvent,
  wanted: StoredEvent['schema'],
): Record<string, unknown> {
  if (schema === wanted) return data === undefined ? attributes : { ...attributes, data };
  if (wanted === 'CloudEventSchemaV1_0') {
    const { id, topic, subject, eventType, eventTime } = attributes;
    return { id, source: topic, specversion: '1.0', type: eventType, subject, time: eventTime, data };
  }
  const { id, source, subject, type, time } = attributes;
  return {
    id,
    topic: source,
    subject: subject ?? '',
    data,
    eventType: type,
    eventTime: time,
    dataVersion: '',
    metadataVersion: '1',
  };
}
