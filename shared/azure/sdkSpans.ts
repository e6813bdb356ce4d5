import { AsyncLocalStorage } from 'node:async_hooks';
import { type TracingSpan, type TracingSpanKind, useInstrumenter } from '@azure/core-tracing';
import {
  type AttributeValue,
  type Context,
  INVALID_SPAN_CONTEXT,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceparent } from '../domain/traceContext.ts';
import { redact } from '../redact.ts';
import { isUnchanged } from './blobErrors.ts';

/** What is under way, for calls that are given no context of their own. */
const active = new AsyncLocalStorage<Context>();

const kinds: Record<TracingSpanKind, SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

export interface SdkSpans {
  /** Calls of Azure within `work` become spans below the parent. */
  below<T>(parent: SpanContext, work: () => Promise<T>): Promise<T>;
  /** The same below a span of its own, which is told only when something was called in it. */
  within<T>(name: string, root: SpanContext, attributes: Record<string, string>, work: () => Promise<T>): Promise<T>;
}

/**
 * Makes every SDK of Azure in this process tell its calls as spans of OpenTelemetry. Its package for that hooks into the
 * loading of modules, which a bundle does not do; the SDKs ask this interface either way. A call outside of `below` and
 * `within` has no parent and is not told.
 */
export function traceSdkCalls(tracer: Tracer): SdkSpans {
  const used = new WeakSet<Span>();
  useInstrumenter({
    startSpan(name, { tracingContext, spanKind = 'client', spanAttributes = {}, spanLinks = [] }) {
      const context = tracingContext ?? active.getStore() ?? ROOT_CONTEXT;
      const parent = trace.getSpan(context);
      if (!parent) return { span: toTracingSpan(trace.wrapSpanContext(INVALID_SPAN_CONTEXT)), tracingContext: context };
      used.add(parent);
      const attributes = Object.fromEntries(Object.entries(spanAttributes).map(([key, value]) => [key, told(value)]));
      const links = spanLinks.flatMap((link) => linkTo(trace.getSpanContext(link.tracingContext)));
      const span = tracer.startSpan(name, { kind: kinds[spanKind], attributes, links }, context);
      return { span: toTracingSpan(span), tracingContext: trace.setSpan(context, span) };
    },
    withContext: (context, callback, ...args) => active.run(context, callback, ...args),
    parseTraceparentHeader: contextOf,
    createRequestHeaders(context) {
      const span = context && trace.getSpanContext(context);
      return span ? { traceparent: `00-${span.traceId}-${span.spanId}-01` } : {};
    },
  });
  return {
    below: (parent, work) => active.run(trace.setSpanContext(ROOT_CONTEXT, parent), work),
    async within(name, parent, attributes, work) {
      const root = trace.setSpanContext(ROOT_CONTEXT, parent);
      const links = linkTo(trace.getSpanContext(active.getStore() ?? ROOT_CONTEXT));
      const span = tracer.startSpan(name, { attributes, links }, root);
      try {
        return await active.run(trace.setSpan(root, span), work);
      } finally {
        if (used.has(span)) span.end();
      }
    },
  };
}

/** What is called in `work` is not told: an exporter that told its own calls would never come to an end. */
export function untold<T>(work: () => T): T {
  return active.run(ROOT_CONTEXT, work);
}

/** For what is to stand below the span that a `traceparent` names; undefined when it names none. */
export function contextOf(traceparent: string): Context | undefined {
  const parent = parseTraceparent(traceparent);
  return parent && trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags: 1, isRemote: true });
}

function linkTo(context: SpanContext | undefined): Link[] {
  return context ? [{ context }] : [];
}

/** No secret gets past here, whatever an SDK says of its request. */
function told(value: unknown): AttributeValue {
  return typeof value === 'number' || typeof value === 'boolean' ? value : redact(String(value));
}

function toTracingSpan(span: Span): TracingSpan {
  return {
    isRecording: () => span.isRecording(),
    setAttribute: (name, value) => void span.setAttribute(name, told(value)),
    setStatus: (status) =>
      void span.setStatus(
        status.status === 'success' || isUnchanged(status.error)
          ? { code: SpanStatusCode.OK }
          : { code: SpanStatusCode.ERROR, message: redact(String(status.error ?? '')) },
      ),
    recordException: (exception) => span.recordException(redact(String(exception))),
    addEvent: (name) => void span.addEvent(name),
    end: () => span.end(),
  };
}
