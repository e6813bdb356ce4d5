import * as z from 'zod';
import type { Instant } from '../domain/instant.ts';

/** What is kept of an event. Names, addresses and tokens in its claims are dropped here and go nowhere. */
export interface ParsedEvent {
  kind: 'event';
  id: string;
  /** Says whether the operation succeeded; `data.status` says Succeeded even in events of failures. */
  type: string;
  subject: string;
  time: Instant;
  operationName?: string;
  caller?: { objectId?: string; appId?: string };
}

export type EventParse = ParsedEvent | { kind: 'invalid'; reason: string };

const objectIdClaim = 'http://schemas.microsoft.com/identity/claims/objectidentifier';

/** Anything else under these names, such as a person's name, is as good as absent. */
const guid = z.guid().optional().catch(undefined);

const envelope = z.object({
  id: z.string().min(1).max(256),
  type: z.string().regex(/^Microsoft\.Resources\.Resource(Write|Delete|Action)(Success|Failure|Cancel)$/),
  subject: z.string().max(2_048).startsWith('/subscriptions/'),
  time: z.date(),
  data: z.object({
    operationName: z.string().max(256).optional(),
    claims: z
      .object({ [objectIdClaim]: guid, appid: guid })
      .optional()
      .catch(undefined),
  }),
});

/** Reads one event of Azure Resource Manager, in the Event Grid schema or as a CloudEvent. */
export async function parseEvent(input: unknown): Promise<EventParse> {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return invalid('not one JSON object');
  const event = await deserialize(input);
  if (typeof event === 'string') return invalid(event, input);
  const parsed = envelope.safeParse(event);
  if (!parsed.success) return invalid(z.prettifyError(parsed.error), input);
  const { id, type, subject, time, data } = parsed.data;
  const caller = callerOf(data.claims);
  return {
    kind: 'event',
    id,
    type,
    subject,
    time: time.toISOString(),
    ...(data.operationName !== undefined && { operationName: data.operationName }),
    ...(caller && { caller }),
  };
}

/** The event with the names that CloudEvents gives its members, or why it is none. */
async function deserialize(input: object): Promise<Record<string, unknown> | string> {
  // The package knows the events of all of Azure, and most starts are for a step, which needs none of that.
  const { EventGridDeserializer } = await import('@azure/eventgrid');
  const deserializer = new EventGridDeserializer();
  try {
    if ('specversion' in input) {
      if (input.specversion !== '1.0') return 'a CloudEvent of another version than 1.0';
      const [event] = await deserializer.deserializeCloudEvents({ ...input });
      return { ...event };
    }
    const [event] = await deserializer.deserializeEventGridEvents({ ...input });
    return { ...event, type: event?.eventType, time: event?.eventTime };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function callerOf(claims: z.infer<typeof envelope>['data']['claims']): ParsedEvent['caller'] {
  const { [objectIdClaim]: objectId, appid: appId } = claims ?? {};
  if (objectId === undefined && appId === undefined) return undefined;
  return { ...(objectId !== undefined && { objectId }), ...(appId !== undefined && { appId }) };
}

/** Names the event by what it says of itself, so that its publisher can be found. */
function invalid(reason: string, event: { id?: unknown; eventID?: unknown; subject?: unknown } = {}): EventParse {
  const said = Object.entries({ id: event.id ?? event.eventID, subject: event.subject });
  const names = said
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => `${name} ${String(value)}`);
  return { kind: 'invalid', reason: [...names.map((name) => name.slice(0, 300)), reason.slice(0, 500)].join('; ') };
}
