import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { IndexRecord } from '../domain/indexRecord.ts';
import { traceContextOf } from '../domain/traceContext.ts';

const unhappy = new Set(['needsAttention', 'quarantined', 'leftInconclusive', 'versionCreationFailed', 'driftFound']);

/**
 * An audit entry as a span. Entries are instants: it has no duration. The first of a log is the root, a request; the
 * others hang on it.
 */
export function entrySpan(
  { id, at, log, sequence, type, actor, summary }: IndexRecord,
  resource: Resource,
): ReadableSpan {
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
