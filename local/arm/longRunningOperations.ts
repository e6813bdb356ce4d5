import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Cause } from './cause.ts';
import type { ErrorBody } from './errors.ts';
import type { Events } from './events.ts';
import type { Faults } from './faults.ts';
import type { JsonObject } from './json.ts';
import { regionName } from './regions.ts';
import { type ArmRequest, instant } from './request.ts';
import type { Store } from './store.ts';
import type { Table } from './table.ts';

/** A write that was accepted and goes on. Stored, so that it ends after a restart too. */
export interface Operation {
  id: string;
  /** The name of the work that ends it. */
  work: string;
  resourceId: string;
  /** Where its status is: the gallery provider has its own path. */
  family: 'capsOperations' | 'operations' | 'operationStatuses';
  region: string;
  cause: Cause;
  startedAt: number;
  /** When its work ends it; without one, something else does. */
  dueAt?: number;
  /** Ends when these operations have. */
  waitsFor?: string[];
  endedAt?: number;
  status: 'InProgress' | 'Succeeded' | 'Failed';
  /** Set at the beginning, by a fault or by the guest image. */
  plannedError?: ErrorBody;
  eventRaised?: boolean;
  error?: ErrorBody;
  output?: JsonObject;
  details: JsonObject;
}

/**
 * Ends an operation: changes the resource to its terminal state. `failure` is what a fault has planned; the answer is
 * the failure that happened, if one did.
 */
export type Work = (operation: Operation, failure: ErrorBody | undefined) => ErrorBody | undefined;

interface Begin {
  work: string;
  resourceId: string;
  family: Operation['family'];
  region: string;
  cause: Cause;
  afterMs?: number;
  waitsFor?: string[];
  details?: JsonObject;
  plannedError?: ErrorBody | undefined;
}

const retentionMs = 24 * 3_600_000;

export class LongRunningOperations {
  readonly #table: Table<Operation>;
  readonly #works = new Map<string, Work>();
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #events: Events;
  readonly #faults: Faults;
  readonly #retryAfterSeconds: number;

  constructor(parts: { store: Store; clock: Clock; events: Events; faults: Faults; retryAfterSeconds: number }) {
    this.#table = parts.store.table('operations', ({ status, waitsFor = [] }) =>
      status === 'InProgress' ? waitsFor : [],
    );
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#events = parts.events;
    this.#faults = parts.faults;
    this.#retryAfterSeconds = parts.retryAfterSeconds;
  }

  /** Names the work that ends operations of one kind. */
  define(name: string, work: Work): void {
    this.#works.set(name, work);
  }

  /** Takes up what an earlier process left unfinished. */
  start(): void {
    const now = this.#clock.now();
    for (const operation of this.#table.all()) {
      if (operation.endedAt === undefined) this.#endWhenDue(operation);
      else if (operation.endedAt < now - retentionMs) this.#table.set(operation.id, undefined);
    }
  }

  get(id: string): Operation | undefined {
    return this.#table.get(id);
  }

  unfinished(work: string): Operation[] {
    return this.#table.all().filter((operation) => operation.work === work && operation.status === 'InProgress');
  }

  begin({ afterMs, details = {}, plannedError, ...rest }: Begin): Operation {
    const startedAt = this.#clock.now();
    const fault = this.#faults.take('error', rest.cause.facts, (effect) => effect.async);
    const planned = fault ? { code: fault.code, message: fault.message } : plannedError;
    const early = this.#faults.take('eventEarly', rest.cause.facts) !== undefined;
    const operation: Operation = {
      ...rest,
      id: randomUUID(),
      startedAt,
      status: 'InProgress',
      details,
      ...(afterMs !== undefined && { dueAt: startedAt + afterMs }),
      ...(planned && { plannedError: planned }),
      ...(early && { eventRaised: true }),
    };
    this.#table.set(operation.id, operation);
    if (early) this.#events.raise(operation.cause);
    this.#endWhenDue(operation);
    return operation;
  }

  /** Ends an operation now. An ended one stays as it is. */
  end(id: string, failure?: ErrorBody, output?: JsonObject): void {
    const operation = this.#table.get(id);
    if (operation?.status !== 'InProgress') return;
    this.#store.transact(() => {
      const error = this.#works.get(operation.work)?.(operation, failure ?? operation.plannedError);
      this.#table.set(id, {
        ...operation,
        endedAt: this.#clock.now(),
        status: error ? 'Failed' : 'Succeeded',
        ...(error && { error }),
        ...(output !== undefined && { output }),
      });
      if (!operation.eventRaised) this.#events.raise(operation.cause, error ? 'Failure' : 'Success');
      this.#endThoseWaiting(id);
    });
  }

  /** The headers of an answer that leaves work going on. */
  headers(request: ArmRequest, { id, family, region, resourceId }: Operation): Record<string, string> {
    const { origin } = request.url;
    if (family === 'operationStatuses') {
      const status = `${origin}${resourceId}/${family}/${id}?api-version=${request.apiVersion}`;
      return { 'Azure-AsyncOperation': status, ...this.retryAfter() };
    }
    const path = `/subscriptions/${request.target.subscriptionId}/providers/Microsoft.Compute/locations/${regionName(region)}/${family}/${id}`;
    return {
      'Azure-AsyncOperation': `${origin}${path}?api-version=${request.apiVersion}`,
      Location: `${origin}${path}?monitor=true&api-version=${request.apiVersion}`,
      ...this.retryAfter(),
    };
  }

  retryAfter(): Record<string, string> {
    return this.#retryAfterSeconds ? { 'Retry-After': String(this.#retryAfterSeconds) } : {};
  }

  #endThoseWaiting(id: string): void {
    for (const waiting of [...this.#table.indexed(id).values()]) {
      const others = (waiting.waitsFor ?? []).filter((other) => other !== id);
      if (others.every((other) => this.get(other)?.status !== 'InProgress')) this.end(waiting.id);
    }
  }

  #endWhenDue({ id, dueAt }: Operation): void {
    if (dueAt !== undefined) this.#clock.after(dueAt - this.#clock.now(), () => this.end(id));
  }
}

/** What the Azure-AsyncOperation URL answers. */
export function operationStatus(operation: Operation): JsonObject {
  const { id, startedAt, endedAt, status, error, output } = operation;
  return {
    startTime: instant(startedAt),
    ...(endedAt !== undefined && { endTime: instant(endedAt) }),
    status,
    ...(error && { error }),
    ...(output !== undefined && { properties: { output } }),
    name: id,
  };
}
