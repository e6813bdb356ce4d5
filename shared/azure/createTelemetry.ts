import type { AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
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
import { entrySpan } from './entrySpan.ts';
import { traceSdkCalls, untold } from './sdkSpans.ts';

/** What waits for the exporter leaves after this long; nobody waits for it. */
const exportAfterMs = 1_000;

/**
 * Audit entries, and the calls of Azure that led to them, as spans in Application Insights. The exporter is loaded at
 * first use, when the work of an invocation is done. Entries are exported one batch at a time and awaited; calls are not:
 * a step does not keep its session for them, and what an instance that ends takes along is no loss to the record.
 */
export function createTelemetry(config: NonNullable<Config['telemetry']>, instance: string): Telemetry {
  const resource = resourceFromAttributes({ 'service.name': 'imprimatur', 'service.instance.id': instance });
  const exporter = lateExporter(config);
  const processor = new BatchSpanProcessor(exporter, { scheduledDelayMillis: exportAfterMs });
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  const spans = traceSdkCalls(provider.getTracer('imprimatur'));
  return {
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

function lateExporter({ connectionString, identity }: NonNullable<Config['telemetry']>): SpanExporter {
  let exporter: Promise<AzureMonitorTraceExporter> | undefined;
  const load = async () => {
    const { AzureMonitorTraceExporter } = await import('@azure/monitor-opentelemetry-exporter');
    return new AzureMonitorTraceExporter({
      connectionString: connectionString.reveal(),
      credential: createCredential(identity),
      disableOfflineStorage: true,
    });
  };
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
