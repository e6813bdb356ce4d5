import type { AzureMonitorExporterOptions, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import { TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { Config } from '../config.ts';
import { parseTraceparent, traceRootOf } from '../domain/traceContext.ts';
import type { Telemetry } from '../ports.ts';
import { createCredential } from './createCredential.ts';
import { createMeters } from './createMeters.ts';
import { entrySpan } from './entrySpan.ts';
import { traceSdkCalls, untold } from './sdkSpans.ts';

/** What waits for the exporter leaves after this long; nobody waits for it. */
const exportAfterMs = 1_000;

/**
 * Audit entries, the calls of Azure that led to them, and numbers, as spans and metrics in Application Insights. The exporter is loaded at
 * first use, when the work of an invocation is done. Entries are exported one batch at a time and awaited; calls are not:
 * a step does not keep its session for them, and what an instance that ends takes along is no loss to the record.
 */
export function createTelemetry(
  config: NonNullable<Config['telemetry']>,
  instance: string,
): Telemetry & { flush(): Promise<void> } {
  const resource = resourceFromAttributes({ 'service.name': 'imprimatur', 'service.instance.id': instance });
  const load = exportersOf(config);
  const exporter = lateExporter(async () => {
    const [{ AzureMonitorTraceExporter }, options] = await load();
    return new AzureMonitorTraceExporter(options);
  });
  const processor = new BatchSpanProcessor(exporter, { scheduledDelayMillis: exportAfterMs });
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  const spans = traceSdkCalls(provider.getTracer('imprimatur'));
  const meters = createMeters(resource, async () => {
    const [{ AzureMonitorMetricExporter }, options] = await load();
    return new AzureMonitorMetricExporter(options);
  });
  return {
    note: meters.note,
    flush: async () => {
      await Promise.all([processor.forceFlush(), meters.flush()]);
    },
    trace: (records) =>
      new Promise((resolve, reject) => {
        exporter.export(
          records.map((record) => entrySpan(record, resource)),
          ({ code, error }) => (code === 0 ? resolve() : reject(error ?? new Error('the exporter gave no reason'))),
        );
      }),
    invocation(traceparent, work) {
      const parent = parseTraceparent(traceparent ?? '');
      return parent ? spans.below({ ...parent, traceFlags: TraceFlags.SAMPLED, isRemote: true }, work) : work();
    },
    within: (log, work) =>
      spans.within(
        'step',
        { ...traceRootOf(log), traceFlags: TraceFlags.SAMPLED, isRemote: true },
        { 'imprimatur.log': log },
        work,
      ),
  };
}

function exportersOf({ connectionString, identity }: NonNullable<Config['telemetry']>) {
  return async () => {
    const options: AzureMonitorExporterOptions = {
      connectionString: connectionString.reveal(),
      credential: createCredential(identity),
      disableOfflineStorage: true,
    };
    return [await import('@azure/monitor-opentelemetry-exporter'), options] as const;
  };
}

function lateExporter(load: () => Promise<AzureMonitorTraceExporter>): SpanExporter {
  let exporter: Promise<AzureMonitorTraceExporter> | undefined;
  return {
    export(spans: ReadableSpan[], done) {
      untold(() => {
        exporter ??= load();
        exporter.then(
          (loaded) => loaded.export(spans, done),
          (error: Error) => done({ code: 1, error }),
        );
      });
    },
    shutdown: async () => (await exporter)?.shutdown(),
  };
}
