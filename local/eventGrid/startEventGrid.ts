import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import { serveHttp } from '../serveHttp.ts';
import { type DeadLetterBlobs, deadLetterWriter } from './deadLetters.ts';
import { Deliverer } from './deliverer.ts';
import { EndpointSlots } from './endpointSlots.ts';
import { EndpointValidation, type ProvisioningState } from './endpointValidation.ts';
import type { StoredEvent } from './envelope.ts';
import { ingestionRoutes } from './ingestionRoutes.ts';
import { type Delivery, Journal } from './journal.ts';
import { matchesFilter } from './matchesFilter.ts';
import { type EventSubscription, eventGridOptionsSchema } from './options.ts';
import { queueSender as createQueueSender, type Queues } from './queueSender.ts';

export type EventGridOptions = z.input<typeof eventGridOptionsSchema> & {
  deadLetterBlobs?: DeadLetterBlobs;
  /** Needed where an event subscription delivers to a queue. */
  queues?: Queues;
  clock: Clock;
  random?: () => number;
  log?: (line: string) => void;
};

export interface SubscriptionReport {
  name: string;
  provisioningState: ProvisioningState;
  reason: string;
  waiting: number;
}

export interface RunningEventGrid {
  url: string;
  /** Where events for a topic are posted. */
  topicUrl(name: string): string;
  subscriptions(): SubscriptionReport[];
  stop(): Promise<void>;
}

interface Part {
  subscription: EventSubscription;
  deliverer: Deliverer;
  /** A queue agrees to nothing: that the identity may send to it is enough. */
  validation: EndpointValidation | undefined;
}

/** Starts the Event Grid stand-in: topics to publish to, event subscriptions that are delivered. */
export async function startEventGrid(options: EventGridOptions): Promise<RunningEventGrid> {
  const { deadLetterBlobs, queues, clock, random = Math.random, log = () => {}, ...rest } = options;
  const { host, port, tls, journalFile, key, subscriptions } = eventGridOptionsSchema.parse(rest);
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const routes = new Hono();
  const server = await serveHttp(routes, { port, ...(host ? { host } : {}), ...(tls ? { tls } : {}) });
  // Opened only now, as the owner of the port: rewriting it would cut off a process that is still at work. What
  // follows is synchronous, so the routes are complete before the first request is looked at.
  const journal = new Journal(journalFile);
  const writeDeadLetter = deadLetterBlobs && deadLetterWriter(deadLetterBlobs);
  const queueSender = queues && createQueueSender(queues);
  const slots = new Map(subscriptions.map((subscription) => [addressOf(subscription), new EndpointSlots()]));
  const parts = subscriptions.map((subscription): Part => {
    const endpoint = slots.get(addressOf(subscription)) ?? new EndpointSlots();
    const shared = { journal, endpoint, clock, random, stopped, log, writeDeadLetter, queueSender };
    const deliverer = new Deliverer(subscription, shared);
    const { destination } = subscription;
    if ('queue' in destination) return { subscription, deliverer, validation: undefined };
    const onChange = (state: ProvisioningState, reason: string) => {
      log(`${subscription.name}: ${state}${reason && `: ${reason}`}`);
      if (state === 'Succeeded') deliverer.activate();
    };
    const validateUrl = (code: string) => `${server.url}/validate?id=${code}`;
    const validation = new EndpointValidation({
      subscription,
      url: destination.url,
      validateUrl,
      clock,
      stopped,
      onChange,
    });
    return { subscription, deliverer, validation };
  });

  function accept(topic: string, events: StoredEvent[]): void {
    const now = clock.now();
    const wanted = events.flatMap((event) =>
      parts
        .filter(({ subscription }) => subscription.topic === topic && matchesFilter(subscription.filter, event))
        .map(({ subscription: { name }, deliverer }) => ({ deliverer, delivery: newDelivery(name, event, now) })),
    );
    journal.accept(wanted.map(({ delivery }) => delivery));
    for (const { deliverer, delivery } of wanted) deliverer.add(delivery);
  }

  function report(): SubscriptionReport[] {
    return parts.map(({ subscription: { name }, validation, deliverer: { waiting } }) => ({
      name,
      provisioningState: validation?.state ?? 'Succeeded',
      reason: validation?.reason ?? '',
      waiting,
    }));
  }

  routes.route('/', ingestionRoutes({ topics: new Set(subscriptions.map(({ topic }) => topic)), key, accept }));
  routes.get('/eventSubscriptions', (context) => context.json(report()));
  routes.on(['GET', 'POST'], '/validate', (context) => {
    const asked = parts.find(({ validation }) => validation?.code === context.req.query('id'));
    if (!asked?.validation?.consent()) return context.text('No validation of this id is open.', 400);
    return context.text('Webhook successfully validated as a subscription endpoint');
  });
  for (const delivery of journal.pending) {
    const owner = parts.find(({ subscription }) => subscription.name === delivery.subscription);
    if (owner) owner.deliverer.add(delivery);
    else journal.done([delivery.key]);
  }
  for (const { validation, deliverer } of parts) {
    if (validation) validation.start();
    else deliverer.activate();
  }
  return {
    url: server.url,
    topicUrl: (name) => `${server.url}/topics/${name}/api/events?api-version=2018-01-01`,
    subscriptions: report,
    async stop() {
      stopping.abort();
      await server.stop();
      await queueSender?.stop();
      journal.close();
    },
  };
}

function addressOf({ destination }: EventSubscription): string {
  return 'url' in destination ? destination.url : destination.queue;
}

function newDelivery(subscription: string, event: StoredEvent, now: number): Delivery {
  return { key: randomUUID(), subscription, event, publishedAt: now, attempts: 0, dueAt: now };
}
