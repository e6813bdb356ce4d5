import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Cause } from './cause.ts';
import type { Faults } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { Store } from './store.ts';
import type { Table } from './table.ts';

interface OutboxEntry {
  event: RaisedEvent;
  dueAt: number;
  /** Waits for the next event to overtake it. */
  overtaken?: boolean;
}

/** An event in Event Grid's own schema. */
export type RaisedEvent = JsonObject & { id: string; eventType: string; subject: string };

interface EventsOptions {
  subscriptionId: string;
  tenantId: string;
  topicUrl: string;
  clock: Clock;
  log(line: string): void;
}

const longestHoldMs = 60_000;
const longestRetryMs = 30_000;
const batchSize = 100;
const patienceMs = 30_000;

/** Resource events: kept in an outbox with the change that raises them, published in order until accepted. */
export class Events {
  readonly #options: EventsOptions;
  readonly #store: Store;
  readonly #faults: Faults;
  readonly #outbox: Table<OutboxEntry>;
  readonly #listeners: ((event: RaisedEvent) => void)[] = [];
  #publishing = false;
  #failures = 0;
  #stopped = false;

  constructor(options: EventsOptions, store: Store, faults: Faults) {
    this.#options = options;
    this.#store = store;
    this.#faults = faults;
    this.#outbox = store.table('outbox', ({ overtaken }) => (overtaken ? ['overtaken'] : []));
  }

  /** Takes up what an earlier process left unpublished. */
  start(): void {
    for (const { dueAt } of this.#outbox.all()) this.#publishAt(dueAt);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Tells of every event when it is raised, late and reversed ones too. */
  onRaise(listener: (event: RaisedEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Raises the event of an ended request, as often and as soon as the faults let it. */
  raise(cause: Cause, outcome: 'Success' | 'Failure' = 'Success'): void {
    if (this.#faults.take('eventLost', cause.facts)) return;
    const now = this.#options.clock.now();
    const delayed = this.#faults.take('eventDelayed', cause.facts);
    const overtaken = this.#faults.take('eventReversed', cause.facts) !== undefined;
    const dueAt = now + (delayed?.ms ?? (overtaken ? longestHoldMs : 0));
    const entry = { event: this.#eventOf(cause, outcome), dueAt, ...(overtaken && { overtaken }) };
    const copies = this.#faults.take('eventDoubled', cause.facts) ? [entry, entry] : [entry];
    for (const copy of copies) {
      this.#enqueue(copy);
      for (const listener of this.#listeners) listener(copy.event);
    }
    if (!overtaken) this.#releaseOvertaken();
  }

  #releaseOvertaken(): void {
    for (const [key, entry] of [...this.#outbox.indexed('overtaken')]) {
      this.#outbox.set(key, undefined);
      this.#enqueue({ event: entry.event, dueAt: this.#options.clock.now() });
    }
  }

  #enqueue(entry: OutboxEntry): void {
    this.#outbox.set(randomUUID(), entry);
    this.#publishAt(entry.dueAt);
  }

  #publishAt(dueAt: number): void {
    const { clock, log } = this.#options;
    clock.after(dueAt - clock.now(), () => {
      this.#publish().catch((error: unknown) => log(`events: ${String(error)}`));
    });
  }

  async #publish(): Promise<void> {
    if (this.#publishing) return;
    this.#publishing = true;
    try {
      for (let batch = this.#due(); batch.length > 0 && !this.#stopped; batch = this.#due()) {
        await this.#post(batch.map(([, { event }]) => event));
        if (this.#failures > 0) this.#options.log('events: accepted again');
        this.#failures = 0;
        if (!this.#stopped) this.#forget(batch.map(([key]) => key));
      }
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === 1) this.#options.log(`events: not accepted, will be sent again: ${String(error)}`);
      this.#publishAt(this.#options.clock.now() + Math.min(500 * 2 ** this.#failures, longestRetryMs));
    } finally {
      this.#publishing = false;
    }
  }

  #forget(keys: string[]): void {
    this.#store.transact(() => {
      for (const key of keys) this.#outbox.set(key, undefined);
    });
  }

  #due(): [string, OutboxEntry][] {
    const now = this.#options.clock.now();
    return this.#outbox
      .entries()
      .filter(([, { dueAt }]) => dueAt <= now)
      .slice(0, batchSize);
  }

  async #post(events: JsonObject[]): Promise<void> {
    const response = await fetch(this.#options.topicUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the topic answered ${response.status}`);
  }

  #eventOf({ operationName, resourceUri, claims, correlationId, httpRequest }: Cause, outcome: string): RaisedEvent {
    const { subscriptionId, tenantId, clock } = this.#options;
    const verb = operationName.slice(operationName.lastIndexOf('/') + 1);
    return {
      id: randomUUID(),
      topic: `/subscriptions/${subscriptionId}`,
      subject: resourceUri,
      eventType: `Microsoft.Resources.Resource${verb[0]?.toUpperCase()}${verb.slice(1)}${outcome}`,
      eventTime: new Date(clock.now()).toISOString().replace('Z', '0000Z'),
      data: {
        authorization: {
          scope: resourceUri,
          action: operationName,
          evidence: {
            role: 'Contributor',
            roleAssignmentScope: `/subscriptions/${subscriptionId}`,
            principalId: claims['http://schemas.microsoft.com/identity/claims/objectidentifier'] ?? '',
            principalType: claims.appid ? 'ServicePrincipal' : 'User',
          },
        },
        claims,
        correlationId,
        ...(httpRequest && { httpRequest }),
        resourceProvider: operationName.slice(0, operationName.indexOf('/')),
        resourceUri,
        operationName,
        // In failure events too, as in the samples Azure publishes: the event type tells.
        status: 'Succeeded',
        subscriptionId,
        tenantId,
      },
      dataVersion: '2',
      metadataVersion: '1',
    };
  }
}
