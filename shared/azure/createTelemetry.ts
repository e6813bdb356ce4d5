import type { AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Config } from '../config.ts';
import type { IndexRecord } from '../domain/indexRecord.ts';
import { traceContextOf } from '../domain/traceContext.ts';
import type { Telemetry } from '../ports.ts';
import { createCredential } from './createCredential.ts';

const unhappy = new Set(['needsAttention', 'quarantined', 'leftInconclusive', 'versionCreationFailed', 'driftFound']);

/**
 * Audit entries as spans in Application Insights. The exporter is loaded at first use: only the function that files
 * entries pays for it. Spans are exported one batch at a time and awaited, since an instance may be frozen afterwards.
 */
export function createTelemetry(config: NonNullable<Config['telemetry']>, instance: string): Telemetry {
  const resource = resourceFromAttributes({ 'service.name': 'imprimatur', 'service.instance.id': instance });
  let exporter: Promise<AzureMonitorTraceExporter> | undefined;
  return {
    async trace(records) {
      exporter ??= load(config);
      const spans = records.map((record) => toSpan(record, resource));
      const loaded = await exporter;
      await new Promise<void>((resolve, reject) => {
        loaded.export(spans, ({ code, error }) =>
          code === 0 ? resolve() : reject(error ?? new Error('the exporter gave no reason')),
        );
      });
    },
  };
}

async function load({ connectionString, identity }: NonNullable<Config['telemetry']>) {
  const { AzureMonitorTraceExporter } = await import('@azure/monitor-opentelemetry-exporter');
  return new AzureMonitorTraceExporter({
    connectionString: connectionString.reveal(),
    credential: createCredential(identity),
    disableOfflineStorage: true,
  });
}

/** Entries are instants: a span without duration. The first of a log is the root, a request; the others hang on it. */
function toSpan({ id, at, log, sequence, type, actor, summary }: IndexRecord, resource: Resource): ReadableSpan {
  const { traceId, spanId, rootSpanId } = traceContextOf(log, id);
  const isRoot = sequence === 1;
  const time: HrTime = [Math.floor(Date.parse(at) / 1_000), (Date.parse(at) % 1_000) * 1_000_000];
  const root = { traceId, spanId: rootSpanId, traceFlags: TraceFlags.SAMPLED };
  const context = isRoot ? root : { ...root, spanId };
  return {
    name: type,
    kind: isRoot ? SpanKind.SERVER : SpanKind.INTERNAL,
    spanContext: () => context,
    ...(!isRoot && { parentSpanContext: root }),
    startTime: time,
    endTime: time,
    duration: [0, 0],
    status: { code: unhappy.has(type) ? SpanStatusCode.ERROR : SpanStatusCode.OK },
    attributes: { 'imprimatur.log': log, 'imprimatur.sequence': sequence, 'imprimatur.actor': actor, summary },
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'imprimatur' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
