import * as z from 'zod';
import { teamName } from '../teams/team.ts';

/** Application property by which the rules of a forwarded subscription say whose message it is. */
export const deliverTo = 'deliverTo';

/** One announcement on its way to one team that does not read Service Bus itself. */
export interface Delivery {
  team: string;
  /** In the JSON format of CloudEvents 1.0. */
  event: CloudEvent;
  /** Tries that failed. */
  attempts: number;
  /** When it was first tried; undefined before. */
  since?: string;
  /** Its place among the calls that the team's server allows; undefined where it has none. */
  callAt?: string;
}

export interface CloudEvent {
  specversion: '1.0';
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  traceparent?: string;
  datacontenttype: 'application/json';
  data: unknown;
}

const properties = z.object({
  [deliverTo]: teamName,
  'cloudEvents:id': z.string().min(1),
  'cloudEvents:type': z.string(),
  'cloudEvents:source': z.string(),
  'cloudEvents:subject': z.string(),
  'cloudEvents:time': z.string(),
  'cloudEvents:traceparent': z.string().exactOptional(),
  attempts: z.coerce.number().int().min(0).default(0),
  since: z.iso.datetime().exactOptional(),
  callAt: z.iso.datetime().exactOptional(),
});

export type ParsedDelivery = { kind: 'delivery'; delivery: Delivery } | { kind: 'invalid'; reason: string };

/** Reads a message of the queue: its application properties, and its body as JSON. */
export function parseDelivery(given: unknown, data: unknown): ParsedDelivery {
  const parsed = properties.safeParse(given);
  if (!parsed.success) return { kind: 'invalid', reason: z.prettifyError(parsed.error) };
  const { attempts, since, callAt, [deliverTo]: team, ...attributes } = parsed.data;
  const event: CloudEvent = {
    specversion: '1.0',
    id: attributes['cloudEvents:id'],
    type: attributes['cloudEvents:type'],
    source: attributes['cloudEvents:source'],
    subject: attributes['cloudEvents:subject'],
    time: attributes['cloudEvents:time'],
    ...(attributes['cloudEvents:traceparent'] !== undefined && { traceparent: attributes['cloudEvents:traceparent'] }),
    datacontenttype: 'application/json',
    data,
  };
  const times = { ...(since !== undefined && { since }), ...(callAt !== undefined && { callAt }) };
  return { kind: 'delivery', delivery: { team, event, attempts, ...times } };
}

/** The application properties that `parseDelivery` reads. */
export function propertiesOf({ team, event, attempts, since, callAt }: Delivery): Record<string, string | number> {
  return {
    [deliverTo]: team,
    'cloudEvents:specversion': event.specversion,
    'cloudEvents:id': event.id,
    'cloudEvents:type': event.type,
    'cloudEvents:source': event.source,
    'cloudEvents:subject': event.subject,
    'cloudEvents:time': event.time,
    ...(event.traceparent !== undefined && { 'cloudEvents:traceparent': event.traceparent }),
    attempts,
    ...(since !== undefined && { since }),
    ...(callAt !== undefined && { callAt }),
  };
}
