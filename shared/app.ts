/** Composition root: what the entry points call. */
import * as z from 'zod';
import { createAzurePorts } from './azure/createAzurePorts.ts';
import { createTelemetry } from './azure/createTelemetry.ts';
import { parseEvent } from './azure/parseEvent.ts';
import type { Config } from './config.ts';
import { parseDelivery } from './domain/deliveries/delivery.ts';
import { DeliveryLimits } from './domain/deliveries/deliveryLimits.ts';
import { parsePlaced } from './domain/deliveries/placed.ts';
import { type IndexRecord, readIndexBatch } from './domain/indexRecord.ts';
import { type Instant, instantOf } from './domain/instant.ts';
import { parseWakeUp } from './domain/wakeUps.ts';
import type { Log, Ports, Telemetry } from './ports.ts';
import { countPlaced } from './workflow/deliveries/countPlaced.ts';
import { deliver } from './workflow/deliveries/deliver.ts';
import { handleWakeUp } from './workflow/handleWakeUp.ts';
import { indexEntries } from './workflow/indexEntries.ts';
import { LastLooks } from './workflow/lastLooks.ts';
import { receiveEvent } from './workflow/receiveEvent.ts';
import { sweep } from './workflow/sweep.ts';

type MessageMetadata = Record<string, unknown>;

/** Each method rejects when its message has to be delivered again, and resolves when it is done with. */
export interface App {
  receiveEvent(event: unknown, log: Log, traceparent?: string): Promise<void>;
  /** `metadata`: what the host says of the message. */
  step(message: unknown, metadata: MessageMetadata | undefined, log: Log, traceparent?: string): Promise<void>;
  index(messages: unknown[], log: Log): Promise<void>;
  sweep(log: Log): Promise<void>;
  deliver(body: unknown, metadata: MessageMetadata | undefined, log: Log): Promise<void>;
  fetch(request: Request): Promise<Response>;
}

export function createApp(config: Config): App {
  const { instance, galleries, takeChargeAt } = config;
  const settings = { instance, galleries, ...(takeChargeAt !== undefined && { takeChargeAt }) };
  const telemetry = config.telemetry ? createTelemetry(config.telemetry, config.instance) : untold;
  const shared = connect(config, telemetry);
  const openApi = async () => {
    const [{ createApi }, { tokenAuthenticator }] = await Promise.all([
      import('./api/createApi.ts'),
      import('./api/tokenAuthenticator.ts'),
    ]);
    return createApi(shared, settings, tokenAuthenticator(config.api, shared.clock));
  };
  let api: ReturnType<typeof openApi> | undefined;
  /** Every audit entry passes here once at least: infra/alerts.json looks for these lines. */
  const show = async (records: IndexRecord[], log: Log) => {
    for (const record of records) log.info('audit entry', record);
    try {
      if (records.length > 0) await telemetry.trace(records);
    } catch (error) {
      log.warn(`traces of ${records.length} entries are lost: ${error instanceof Error ? error.message : error}`);
    }
  };
  const limits = new DeliveryLimits();
  const looks = new LastLooks();
  const withLog = (log: Log): Ports => ({ ...shared, log });
  return {
    async receiveEvent(input, log, traceparent) {
      const event = await parseEvent(input);
      if (event.kind === 'invalid') return log.warn(`an event is dropped: ${event.reason}`);
      const received = await telemetry.invocation(traceparent, () => receiveEvent(shared, settings, event));
      if (received.kind === 'ignored') log.info(`${event.type} ${event.id} is ignored: ${received.reason}`);
    },
    step: (message, metadata, log, traceparent) =>
      telemetry.invocation(traceparent, () => {
        const enqueuedAt = enqueuedAtOf(metadata);
        const queued = enqueuedAt === undefined ? undefined : { enqueuedAt, looks };
        return handleWakeUp(withLog(log), settings, parseWakeUp(message), deliveryCountOf(metadata), queued);
      }),
    async index(messages, log) {
      await indexEntries(withLog(log), messages);
      await show(recordsIn(messages), log);
    },
    async sweep(log) {
      const { woken, deleted } = await sweep(withLog(log), settings);
      telemetry.note([
        { name: 'imprimatur.backlog', value: woken },
        { name: 'imprimatur.leftovers', value: deleted.length },
      ]);
      log.info(`sweep: ${woken} image definitions woken, ${deleted.length} expired resources deleted`);
    },
    async deliver(body, metadata, log) {
      const placed = parsePlaced(metadata);
      if (placed) return countPlaced(shared, placed);
      const parsed = parseDelivery(metadata?.applicationProperties, body);
      if (parsed.kind === 'invalid') return log.error(`a delivery is dropped: ${parsed.reason}`);
      await deliver(withLog(log), limits, parsed.delivery);
    },
    // Most starts are for a message: the API, a fifth of what a start takes, is loaded by the first request.
    async fetch(request) {
      api ??= openApi();
      return (await api).fetch(request);
    },
  };
}

const delivered = z.object({ deliveryCount: z.int().positive() });

function deliveryCountOf(metadata: MessageMetadata | undefined): number {
  return delivered.safeParse(metadata).data?.deliveryCount ?? 1;
}

/** The Service Bus extension passes a .NET DateTime, in UTC and without a zone. */
const queued = z.object({ enqueuedTimeUtc: z.iso.datetime({ local: true }) });

function enqueuedAtOf(metadata: MessageMetadata | undefined): Instant | undefined {
  const { enqueuedTimeUtc } = queued.safeParse(metadata).data ?? {};
  return enqueuedTimeUtc && instantOf(Date.parse(`${enqueuedTimeUtc.replace(/Z$/, '')}Z`));
}

function recordsIn(messages: unknown[]): IndexRecord[] {
  return messages.flatMap((message) => readIndexBatch(message)?.map(({ record }) => record) ?? []);
}

/** Where nobody watches. */
const untold: Telemetry = {
  trace: async () => {},
  note: () => {},
  invocation: (_, work) => work(),
  within: (_, work) => work(),
};

function connect(config: Config, telemetry: Telemetry): Omit<Ports, 'log'> {
  return {
    ...createAzurePorts(config),
    tracing: telemetry,
    metrics: telemetry,
    clock: { now: () => instantOf(Date.now()) },
    ids: { random: () => crypto.randomUUID() },
  };
}
