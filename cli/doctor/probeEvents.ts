import { z } from 'zod';
import type { Answered } from './probeQuestions.ts';
import { type ProbePlan, type ProbeVersion, putVersion } from './probeVersion.ts';
import { lookEveryMs, ProbeError, type ThrowAway, type Waiting } from './throwAway.ts';

/** Azure Monitor shows what happened some minutes later. */
const metricsLagMs = 5 * 60_000;

const topicList = z.object({
  value: z.array(z.object({ id: z.string(), properties: z.object({ source: z.string() }) })),
});
const subscriptionList = z.object({
  value: z.array(
    z.object({
      properties: z.object({
        destination: z.looseObject({}).nullish(),
        deliveryWithResourceIdentity: z.looseObject({}).nullish(),
      }),
    }),
  ),
});
const metric = z.object({
  value: z.array(
    z.object({
      timeseries: z.array(
        z.object({ data: z.array(z.object({ timeStamp: z.string(), total: z.number().optional() })) }),
      ),
    }),
  ),
});

/**
 * How many events the creation of a version raises, and when. An event subscription for one more version of the probe,
 * which delivers where that of the smoke-test group does, counts them: Azure Monitor tells how many matched in each
 * minute. The app drops them, since the gallery is not in its charge.
 *
 * @returns undefined where the smoke-test group has no system topic yet: its template was not deployed
 */
export async function askAboutEvents(
  throwAway: ThrowAway,
  waiting: Waiting,
  plan: ProbePlan,
  version: ProbeVersion,
): Promise<Answered | undefined> {
  const topicId = await findTopic(throwAway, plan);
  const destination = topicId && (await findDestination(throwAway, topicId));
  if (!destination) {
    waiting.say('does not ask about events: the smoke-test group has no system topic with an event subscription yet');
    return undefined;
  }
  const name = `probe-${plan.suffix}`;
  const id = `${version.definitionId}/versions/1.0.1`;
  await throwAway.make(`${topicId}/eventSubscriptions/${name}`, {
    properties: {
      ...destination,
      filter: { includedEventTypes: ['Microsoft.Resources.ResourceWriteSuccess'], subjectBeginsWith: id },
    },
  });
  const startedAt = waiting.now();
  await putVersion(throwAway, plan, id, true);
  await throwAway.settled(id);
  const finishedAt = waiting.now();
  waiting.say(`waits ${metricsLagMs / 60_000} min for what Azure Monitor counts`);
  await waiting.wait(metricsLagMs);
  return judge(await matched(waiting, topicId, name, startedAt), startedAt, finishedAt);
}

function judge(minutes: { at: number; count: number }[], startedAt: number, finishedAt: number): Answered {
  const count = minutes.reduce((sum, minute) => sum + minute.count, 0);
  const [first] = minutes;
  // A minute is counted as a whole, and the end was seen up to one look later.
  const atEnd = first !== undefined && first.at + 60_000 >= finishedAt - lookEveryMs;
  const after = (at: number) => Math.max(0, Math.round((at - startedAt) / 60_000));
  return {
    question: 'events of success for one creation of a version',
    answer: first
      ? `${count}, the first ${after(first.at)} min after the request; it was finished after ${after(finishedAt)} min`
      : 'none',
    assumed: 'one or more, none before it is finished',
    agrees: count > 0 && atEnd,
  };
}

async function findTopic(throwAway: ThrowAway, { resourceGroup }: ProbePlan): Promise<string | undefined> {
  const answer = await throwAway.send('GET', `${resourceGroup}/providers/Microsoft.EventGrid/systemTopics`);
  const topics = topicList.safeParse(answer.body).data?.value ?? [];
  return topics.find(({ properties }) => properties.source.toLowerCase() === resourceGroup.toLowerCase())?.id;
}

/** To a function or, where the app has no public address, to a queue by identity: the property says it all. */
async function findDestination(throwAway: ThrowAway, topicId: string): Promise<object | undefined> {
  const answer = await throwAway.send('GET', `${topicId}/eventSubscriptions`);
  const [known] = subscriptionList.safeParse(answer.body).data?.value ?? [];
  const { destination, deliveryWithResourceIdentity } = known?.properties ?? {};
  if (deliveryWithResourceIdentity) return { deliveryWithResourceIdentity };
  return destination ? { destination } : undefined;
}

/** Metrics of a system topic: https://learn.microsoft.com/azure/event-grid/monitor-push-reference */
async function matched(waiting: Waiting, topicId: string, name: string, startedAt: number) {
  const query = new URLSearchParams({
    'api-version': '2018-01-01',
    metricnames: 'MatchedEventCount',
    aggregation: 'Total',
    interval: 'PT1M',
    timespan: `${new Date(startedAt).toISOString()}/${new Date(waiting.now()).toISOString()}`,
    $filter: `EventSubscriptionName eq '${name}'`,
  });
  const answer = await waiting.ask('GET', `${topicId}/providers/microsoft.insights/metrics?${query}`);
  const parsed = metric.safeParse(answer.body);
  if (!parsed.success) throw new ProbeError(`Azure Monitor does not tell how many events matched: ${answer.status}`);
  const data = parsed.data.value.flatMap(({ timeseries }) => timeseries.flatMap((series) => series.data));
  return data
    .map(({ timeStamp, total = 0 }) => ({ at: Date.parse(timeStamp), count: total }))
    .filter((minute) => minute.count > 0)
    .sort((one, other) => one.at - other.at);
}
