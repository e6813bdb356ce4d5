import { z } from 'zod';
import { type HostRequest, type HostResponse, header, jsonResponse } from '../http.ts';
import type { Invoker } from '../invoke.ts';
import { type HostKeys, hasKey } from '../keys.ts';
import type { RegisteredFunction } from '../loadApp.ts';
import type { Log } from '../log.ts';

type Event = Record<string, unknown>;

const eventList = z.union([z.array(z.looseObject({})), z.looseObject({}).transform((event) => [event])]);
const validationEvent = z.looseObject({ data: z.looseObject({ validationCode: z.string() }) });

/** The webhook of the Event Grid extension: `/runtime/webhooks/eventgrid?functionName=…&code=…`. */
export function createEventGridTrigger(options: {
  functions: RegisteredFunction[];
  keys: HostKeys;
  invoker: Invoker;
  log: Log;
}): (request: HostRequest) => Promise<HostResponse> {
  const functions = new Map(
    options.functions
      .filter(({ trigger }) => trigger.type === 'eventGridTrigger')
      .map((registered) => [registered.metadata.name.toLowerCase(), registered]),
  );

  return async (request) => {
    if (!hasKey(request, [options.keys.eventGrid, options.keys.master])) return { status: 401 };
    const name = request.url.searchParams.get('functionName') ?? '';
    const registered = functions.get(name.toLowerCase());
    if (!registered) return { status: 404, body: `cannot find function: '${name}'` };
    if (request.method === 'OPTIONS') return allowDelivery(request);
    if (request.method !== 'POST') return { status: 405 };
    const kind = header(request, 'aeg-event-type')?.toLowerCase();
    if (kind === 'unsubscribe' || kind === 'subscriptiondeletion') return { status: 202 };
    const events = readEvents(request);
    if (!events) return { status: 400 };
    if (kind === 'subscriptionvalidation') return validate(events, name, options.log);
    const isCloudEvent = events.every((event) => 'specversion' in event);
    if (kind !== 'notification' && !isCloudEvent) return { status: 400 };
    return deliver(options.invoker, registered, events);
  };
}

/** The CloudEvents handshake: consent of the receiver to be sent events. */
function allowDelivery(request: HostRequest): HostResponse {
  const origin = header(request, 'webhook-request-origin');
  if (!origin) return { status: 400 };
  return {
    status: 200,
    headers: [
      ['webhook-allowed-origin', origin],
      ['webhook-allowed-rate', header(request, 'webhook-request-rate') ?? '*'],
    ],
  };
}

/** The handshake of the Event Grid schema: the code is sent back. */
function validate(events: Event[], name: string, log: Log): HostResponse {
  const parsed = validationEvent.safeParse(events[0]);
  if (!parsed.success) return { status: 400 };
  log('information', 'Host.Triggers.EventGrid', `perform handshake with eventGrid for function: ${name}`);
  return jsonResponse(200, { validationResponse: parsed.data.data.validationCode });
}

/** One invocation for each event, all at once; one failure fails the delivery, so that all of it comes again. */
async function deliver(invoker: Invoker, registered: RegisteredFunction, events: Event[]): Promise<HostResponse> {
  const outcomes = await Promise.allSettled(
    events.map((event) =>
      invoker.invoke(registered, {
        reason: 'EventGrid trigger fired',
        input: { json: JSON.stringify(event) },
        metadata: { data: event.data === undefined ? {} : { json: JSON.stringify(event.data) } },
        traceParent: typeof event.traceparent === 'string' ? event.traceparent : undefined,
      }),
    ),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  return failed ? { status: 500, body: String(failed.reason) } : { status: 202 };
}

function readEvents(request: HostRequest): Event[] | undefined {
  try {
    if (header(request, 'ce-specversion')) return [readBinaryCloudEvent(request)];
    return eventList.parse(JSON.parse(request.body.toString('utf8')));
  } catch {
    return undefined;
  }
}

/** CloudEvents in binary mode: attributes in `ce-` headers, the body is the data. */
function readBinaryCloudEvent(request: HostRequest): Event {
  const contentType = header(request, 'content-type');
  const event: Event = contentType ? { datacontenttype: contentType } : {};
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('ce-')) event[name.slice(3)] = decodeURIComponent(header(request, name) ?? '');
  }
  if (request.body.length === 0) return event;
  if (contentType && !/[/+]json\b/.test(contentType)) return { ...event, data_base64: request.body.toString('base64') };
  return { ...event, data: JSON.parse(request.body.toString('utf8')) };
}
