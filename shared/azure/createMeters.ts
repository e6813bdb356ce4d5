import type { AzureMonitorMetricExporter } from '@azure/monitor-opentelemetry-exporter';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { type Measure, meters } from '../domain/measures.ts';
import { untold } from './sdkSpans.ts';

const exportEveryMs = 30_000;

/** Instruments of OpenTelemetry by the name of what they measure; what was noted is exported twice a minute. */
export function createMeters(resource: Resource, load: () => Promise<AzureMonitorMetricExporter>) {
  const exporter = lateExporter(load);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: exportEveryMs });
  const meter = new MeterProvider({ resource, readers: [reader] }).getMeter('imprimatur');
  const note: Record<string, (measure: Measure) => void> = {};
  for (const [name, { kind, unit, tells: description }] of Object.entries(meters)) {
    const options = { unit, description };
    if (kind === 'counter') {
      const counter = meter.createCounter(name, options);
      note[name] = ({ value, of }) => counter.add(value, of);
    } else {
      const recorder = kind === 'gauge' ? meter.createGauge(name, options) : meter.createHistogram(name, options);
      note[name] = ({ value, of }) => recorder.record(value, of);
    }
  }
  return {
    note: (measures: Measure[]) => {
      for (const measure of measures) note[measure.name]?.(measure);
    },
    flush: () => reader.forceFlush(),
  };
}

/** Loads the exporter when there is something to export: an instance that only answers HTTP never does. */
function lateExporter(load: () => Promise<AzureMonitorMetricExporter>): PushMetricExporter {
  let exporter: Promise<AzureMonitorMetricExporter> | undefined;
  return {
    export(metrics, done) {
      if (metrics.scopeMetrics.every((scope) => scope.metrics.every(({ dataPoints }) => dataPoints.length === 0)))
        return done({ code: 0 });
      untold(() => {
        exporter ??= load();
        exporter.then(
          (loaded) => loaded.export(metrics, done),
          (error: Error) => done({ code: 1, error }),
        );
      });
    },
    // What is summed up over an instance's life would begin anew with each instance.
    selectAggregationTemporality: () => AggregationTemporality.DELTA,
    forceFlush: async () => {},
    shutdown: async () => (await exporter)?.shutdown(),
  };
}
