import type { Clock } from '../clock.ts';
import { ask, failureOf } from './ask.ts';
import type { WriteDeadLetter } from './deadLetters.ts';
import type { EndpointSlots } from './endpointSlots.ts';
import { writeEvent } from './envelope.ts';
import type { Delivery, Journal } from './journal.ts';
import type { EventSubscription } from './options.ts';
import type { QueueSender } from './queueSender.ts';
import { type Failure, isFinal, waitAfter } from './retrySchedule.ts';

export interface DelivererOptions {
  journal: Journal;
  endpoint: EndpointSlots;
  clock: Clock;
  random: () => number;
  stopped: AbortSignal;
  log: (line: string) => void;
  writeDeadLetter: WriteDeadLetter | undefined;
  queueSender: QueueSender | undefined;
}

const deadLetterDelayMs = 5 * 60_000;
const deadLetterRetryMs = 60_000;
const deadLetterPatienceMs = 4 * 60 * 60_000;

/** Brings the events of one event subscription to its endpoint, at least once, in no particular order. */
export class Deliverer {
  readonly #subscription: EventSubscription;
  readonly #options: DelivererOptions;
  readonly #ready: Delivery[] = [];
  #active = false;

  constructor(subscription: EventSubscription, options: DelivererOptions) {
    this.#subscription = subscription;
    this.#options = options;
    options.endpoint.join(() => this.#pump());
  }

  /** How many events wait for their next attempt's turn. */
  get waiting(): number {
    return this.#ready.length;
  }

  /** The endpoint agreed: what has waited goes out. */
  activate(): void {
    this.#active = true;
    this.#pump();
  }

  add(delivery: Delivery): void {
    const { clock, stopped } = this.#options;
    const takeUp = () => {
      if (stopped.aborted) return;
      if (delivery.deadLetterReason) return void this.#bury(delivery);
      this.#ready.push(delivery);
      this.#pump();
    };
    const waitMs = delivery.dueAt - clock.now();
    if (waitMs > 0) clock.after(waitMs, takeUp);
    else takeUp();
  }

  #pump(): void {
    const { endpoint, stopped } = this.#options;
    while (this.#active && this.#ready.length > 0 && !stopped.aborted && endpoint.take()) {
      void this.#deliver(this.#nextBatch()).finally(() => endpoint.give());
    }
  }

  #nextBatch(): Delivery[] {
    const { destination, retryPolicy } = this.#subscription;
    const { maxEventsPerBatch, preferredBatchSizeInKilobytes } =
      'url' in destination ? destination : { maxEventsPerBatch: 1, preferredBatchSizeInKilobytes: 64 };
    const batch: Delivery[] = [];
    let bytes = 0;
    while (batch.length < maxEventsPerBatch && bytes < preferredBatchSizeInKilobytes * 1024) {
      const delivery = this.#ready.shift();
      if (!delivery) break;
      const age = this.#options.clock.now() - delivery.publishedAt;
      if (age > retryPolicy.eventTimeToLiveInMinutes * 60_000) {
        this.#giveUp(delivery, 'TimeToLiveExceeded');
        continue;
      }
      batch.push(delivery);
      if (maxEventsPerBatch > 1) bytes += JSON.stringify(delivery.event).length;
    }
    return batch;
  }

  async #deliver(batch: Delivery[]): Promise<void> {
    if (batch.length === 0) return;
    const { stopped, journal, log } = this.#options;
    const { name } = this.#subscription;
    const failure = await this.#send(batch);
    if (stopped.aborted) return;
    if (!failure) return journal.done(batch.map(({ key }) => key));
    log(`${name}: ${batch.length} event(s) not delivered: ${failure.status ?? failure.outcome}`);
    for (const delivery of batch) this.#fail(delivery, failure);
  }

  async #send(batch: Delivery[]): Promise<Failure | undefined> {
    const { clock, stopped, queueSender } = this.#options;
    const { destination } = this.#subscription;
    const { headers, events, body } = this.#envelope(batch);
    if ('url' in destination) {
      return failureOf(await ask({ url: destination.url, method: 'POST', headers, body }, clock, stopped));
    }
    if (!queueSender) return { outcome: 'ResolutionError' };
    return queueSender.send(destination.queue, { id: batch[0]?.key ?? '', body: events[0], headers });
  }

  #envelope(batch: Delivery[]): { headers: Record<string, string>; events: object[]; body: string } {
    const { name, eventDeliverySchema, destination } = this.#subscription;
    const cloud = eventDeliverySchema === 'CloudEventSchemaV1_0';
    const events = batch.map(({ event }) => writeEvent(event, eventDeliverySchema));
    const [first] = batch;
    const batched = 'url' in destination && destination.maxEventsPerBatch > 1;
    const dataVersion = events[0]?.dataVersion;
    const cloudType = batched ? 'application/cloudevents-batch+json' : 'application/cloudevents+json';
    return {
      headers: {
        'content-type': `${cloud ? cloudType : 'application/json'}; charset=utf-8`,
        'aeg-event-type': 'Notification',
        'aeg-subscription-name': name.toUpperCase(),
        'aeg-delivery-count': String(first?.attempts ?? 0),
        'aeg-metadata-version': cloud ? '1.0' : '1',
        ...(typeof dataVersion === 'string' ? { 'aeg-data-version': dataVersion } : {}),
        ...(batched ? {} : { 'aeg-output-event-id': first?.key ?? '' }),
      },
      events,
      body: JSON.stringify(cloud && !batched ? events[0] : events),
    };
  }

  #fail(delivery: Delivery, failure: Failure): void {
    const { clock, random, journal } = this.#options;
    delivery.attempts++;
    delivery.lastAttemptAt = clock.now();
    delivery.lastOutcome = failure.outcome;
    const { maxDeliveryAttempts } = this.#subscription.retryPolicy;
    const last = delivery.attempts >= maxDeliveryAttempts ? 'MaxDeliveryAttemptsExceeded' : undefined;
    const reason = isFinal(failure) ? 'UndeliverableDueToClientError' : last;
    if (reason) {
      this.#giveUp(delivery, reason);
      return;
    }
    delivery.dueAt = clock.now() + waitAfter(delivery.attempts, failure, random);
    const { key, attempts, dueAt, lastAttemptAt, lastOutcome } = delivery;
    journal.progress({ key, attempts, dueAt, lastAttemptAt, lastOutcome });
    this.add(delivery);
  }

  #giveUp(delivery: Delivery, reason: string): void {
    const { clock, journal, log, writeDeadLetter } = this.#options;
    const { name, deadLetter } = this.#subscription;
    if (!deadLetter || !writeDeadLetter) {
      log(`${name}: event ${delivery.event.id} dropped: ${reason}`);
      journal.done([delivery.key]);
      return;
    }
    log(`${name}: event ${delivery.event.id} becomes a dead letter: ${reason}`);
    delivery.deadLetterReason = reason;
    delivery.dueAt = clock.now() + deadLetterDelayMs;
    journal.progress({ ...delivery });
    this.add(delivery);
  }

  async #bury(delivery: Delivery): Promise<void> {
    const { clock, journal, log, stopped, writeDeadLetter } = this.#options;
    try {
      await writeDeadLetter?.(delivery, this.#subscription, clock.now());
      if (!stopped.aborted) journal.done([delivery.key]);
    } catch (error) {
      if (stopped.aborted) return;
      const { name } = this.#subscription;
      log(
        `${name}: dead letter of event ${delivery.event.id} not written: ${error instanceof Error ? error.message : error}`,
      );
      const givenUpAt = delivery.lastAttemptAt ?? delivery.publishedAt;
      if (clock.now() - givenUpAt > deadLetterPatienceMs) return journal.done([delivery.key]);
      delivery.dueAt = clock.now() + deadLetterRetryMs;
      this.add(delivery);
    }
  }
}
