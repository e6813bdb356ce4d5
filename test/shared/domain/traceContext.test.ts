import { expect, test } from 'vitest';
import { traceContextOf, traceparentOf } from '../../../shared/domain/traceContext.ts';

test('all entries of a log are in one trace, each with a span of its own, the same whoever looks and whenever', () => {
  const [first, second] = [traceContextOf('incarnations/a/b', 'e1'), traceContextOf('incarnations/a/b', 'e2')];

  expect(first).toEqual(traceContextOf('incarnations/a/b', 'e1'));
  expect(second.traceId).toBe(first.traceId);
  expect(second.spanId).not.toBe(first.spanId);
  expect(traceContextOf('incarnations/a/c', 'e1').traceId).not.toBe(first.traceId);
});

test('the context is written as W3C Trace Context has it', () => {
  expect(traceparentOf('incarnations/a/b', 'e1')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});
