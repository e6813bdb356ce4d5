import { shortHash } from './ids.ts';

/** Where an audit entry stands in its trace, as W3C Trace Context counts: 32 and 16 hexadecimal digits. */
export interface TraceContext {
  traceId: string;
  spanId: string;
  /** The span that all others of the trace hang on. */
  rootSpanId: string;
}

/**
 * One log, one trace: what happened to an incarnation, from the event to the last announcement, over weeks and restarts.
 * The ids follow from log and entry, so whoever has the entry has the context, and a repetition makes no second span.
 */
export function traceContextOf(log: string, entryId: string): TraceContext {
  const { traceId, spanId: rootSpanId } = traceRootOf(log);
  return { traceId, spanId: shortHash(16, 'span', entryId), rootSpanId };
}

/** The span that all others of a log's trace hang on. */
export function traceRootOf(log: string): { traceId: string; spanId: string } {
  const traceId = shortHash(32, 'trace', log);
  return { traceId, spanId: traceId.slice(0, 16) };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
export function traceparentOf(log: string, entryId: string): string {
  const { traceId, spanId } = traceContextOf(log, entryId);
  return `00-${traceId}-${spanId}-01`;
}

/** Undefined for what is no `traceparent`, or names no span. */
export function parseTraceparent(traceparent: string): { traceId: string; spanId: string } | undefined {
  const [, traceId, spanId] = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/.exec(traceparent) ?? [];
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId };
}
