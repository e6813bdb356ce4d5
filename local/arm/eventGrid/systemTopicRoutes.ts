import { z } from 'zod';
import { type Filter, filterSchema } from '../../eventGrid/filter.ts';
import { matchesFilter } from '../../eventGrid/matchesFilter.ts';
import type { Arm } from '../arm.ts';
import { causeOf } from '../cause.ts';
import { ArmError } from '../errors.ts';
import type { RaisedEvent } from '../events.ts';
import type { JsonObject } from '../json.ts';
import { inGroup, readRoutes } from '../reads.ts';
import { type ArmRequest, parseBody, type Reply, type Route, systemData } from '../request.ts';
import { newIncarnation, type ResourceType, render } from '../resources.ts';
import { beginDelete } from '../writes.ts';

const topicBody = z.looseObject({
  location: z.string(),
  properties: z.looseObject({ source: z.string(), topicType: z.string() }),
});
const subscriptionBody = z.object({
  properties: z
    .looseObject({
      destination: z.looseObject({}).optional(),
      deliveryWithResourceIdentity: z.looseObject({}).optional(),
      filter: filterSchema,
    })
    .refine(
      ({ destination, deliveryWithResourceIdentity }) => Boolean(destination) !== Boolean(deliveryWithResourceIdentity),
      'an event subscription has one destination',
    ),
});

/** How many events matched in each minute, by the minute's first instant. */
interface Matched {
  matched: Record<string, number>;
}

const systemTopics: ResourceType<JsonObject, object> = { name: 'Microsoft.EventGrid/systemTopics' };
const eventSubscriptions: ResourceType<JsonObject & { filter: Filter }, Matched> = {
  name: 'Microsoft.EventGrid/systemTopics/eventSubscriptions',
};
const topicPath = 'microsoft.eventgrid/systemtopics/:topic';
const subscriptionPath = `${topicPath}/eventsubscriptions/:name`;

/**
 * System topics and their event subscriptions as resources: a model that counts what matches, for who asks Azure
 * Monitor. What is delivered is local Event Grid's own, and configured there.
 */
export function systemTopicRoutes(arm: Arm): Route[] {
  arm.events.onRaise((event) => count(arm, event));
  return [
    ...readRoutes(arm, systemTopics, topicPath),
    { method: 'PUT', path: `${inGroup}/${topicPath}`, handle: (request) => putTopic(arm, request) },
    ...readRoutes(arm, eventSubscriptions, subscriptionPath),
    { method: 'PUT', path: `${inGroup}/${subscriptionPath}`, handle: (request) => putSubscription(arm, request) },
    {
      method: 'DELETE',
      path: `${inGroup}/${subscriptionPath}`,
      handle: (request) =>
        beginDelete(arm, request, arm.resources.find(eventSubscriptions, request.target.id), { afterMs: 0 }),
    },
    {
      method: 'GET',
      path: `${inGroup}/${topicPath}/providers/microsoft.insights/metrics`,
      handle: (request) => metrics(arm, request),
    },
  ];
}

function putTopic(arm: Arm, request: ArmRequest): Reply {
  const { location, properties } = parseBody(request, topicBody);
  return put(arm, request, systemTopics, { location, properties, state: {} });
}

function putSubscription(arm: Arm, request: ArmRequest): Reply {
  const { properties } = parseBody(request, subscriptionBody);
  return put(arm, request, eventSubscriptions, { properties, state: { matched: {} } });
}

function put<P extends JsonObject, S>(
  arm: Arm,
  request: ArmRequest,
  type: ResourceType<P, S>,
  { location, properties, state }: { location?: string; properties: P; state: S },
): Reply {
  const { target } = request;
  arm.resources.requireParent(target);
  const before = arm.resources.find(type, target.id);
  const resource = arm.resources.put<P, S>({
    id: target.id,
    name: target.name,
    type: type.name,
    ...(location !== undefined && { location }),
    properties: { ...properties, provisioningState: 'Succeeded' },
    systemData: systemData(request, before?.systemData),
    incarnation: before?.incarnation ?? newIncarnation(),
    state: before?.state ?? state,
  });
  arm.events.raise(causeOf(request, 'write', before !== undefined));
  return { status: before ? 200 : 201, body: render(resource) };
}

function count(arm: Arm, { id, eventType: type, subject, data, ...attributes }: RaisedEvent): void {
  const minute = minuteOf(arm.clock.now());
  for (const subscription of arm.resources.ofType(eventSubscriptions)) {
    const event = { id, type, subject, attributes, data, schema: 'EventGridSchema' as const };
    if (!matchesFilter(subscription.properties.filter, event)) continue;
    const { matched } = subscription.state;
    arm.resources.put({ ...subscription, state: { matched: { ...matched, [minute]: (matched[minute] ?? 0) + 1 } } });
  }
}

/** Azure Monitor, as far as it tells how many events an event subscription matched, minute by minute. */
function metrics(arm: Arm, { url, target }: ArmRequest): Reply {
  const asked = url.searchParams.get('metricnames');
  const name = /^EventSubscriptionName eq '([^']+)'$/i.exec(url.searchParams.get('$filter') ?? '')?.[1];
  const [from = '', to = ''] = (url.searchParams.get('timespan') ?? '').split('/');
  if (asked !== 'MatchedEventCount' || name === undefined || !(Date.parse(from) < Date.parse(to)))
    throw new ArmError(400, { code: 'BadRequest', message: 'MatchedEventCount of one event subscription is known.' });
  const topic = target.id.split('/').slice(0, 9).join('/');
  const matched = arm.resources.find(eventSubscriptions, `${topic}/eventSubscriptions/${name}`)?.state.matched ?? {};
  const data = Object.entries(matched)
    .filter(([minute]) => Date.parse(minute) >= Date.parse(minuteOf(Date.parse(from))) && minute < to)
    .map(([timeStamp, total]) => ({ timeStamp, total }));
  const value = [{ name: { value: asked }, unit: 'Count', timeseries: [{ data }] }];
  return { status: 200, body: { timespan: `${from}/${to}`, interval: 'PT1M', value } };
}

const minuteOf = (ms: number) => new Date(Math.floor(ms / 60_000) * 60_000).toISOString();
