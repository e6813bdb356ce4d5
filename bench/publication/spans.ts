/** From, to: milliseconds of one clock. */
export type Span = readonly [from: number, to: number];

/** How much of a window the spans cover; where they overlap, once. */
export function covered(spans: Span[], [from, to]: Span): number {
  let reached = from;
  let sum = 0;
  for (const [begin, end] of spans.toSorted(([a], [b]) => a - b)) {
    const start = Math.max(begin, reached);
    const stop = Math.min(end, to);
    if (stop <= start) continue;
    sum += stop - start;
    reached = stop;
  }
  return sum;
}
