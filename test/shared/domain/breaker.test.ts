import { describe, expect, it } from 'vitest';
import { failuresInRow, type NotedVerdict } from '../../../shared/domain/breaker.ts';
import { addMs } from '../../../shared/domain/instant.ts';
import { fc } from '../../fastCheck.ts';

const start = '2026-11-22T08:00:00.000Z';
let entries = 0;
const noted = (definition: string, verdict: NotedVerdict['verdict'], minute: number): NotedVerdict => ({
  entry: `entry-${++entries}`,
  at: addMs(start, minute * 60_000),
  definition,
  incarnation: `incarnation-${entries}`,
  imageVersionId: `${definition}/versions/1.0.${entries}`,
  verdict,
});

describe('the failures that open the circuit breaker', () => {
  it('are of so many different image definitions in a row; a second of the same one does not count', () => {
    const row = [noted('a', 'failed', 0), noted('a', 'failed', 1), noted('b', 'failed', 2)];

    expect(failuresInRow(row, 3, undefined)).toBeUndefined();
    expect(failuresInRow([...row, noted('c', 'failed', 3)], 3, undefined)).toHaveLength(4);
  });

  it('do not reach back beyond a test that passed, a day, or the instant at which the breaker was closed', () => {
    const [a, b] = [noted('a', 'failed', 0), noted('b', 'failed', 10)];

    expect(failuresInRow([a, b], 2, undefined)).toEqual([a, b]);
    expect(failuresInRow([a, noted('x', 'passed', 5), b], 2, undefined)).toBeUndefined();
    expect(failuresInRow([a, noted('b', 'failed', 24 * 60 + 1)], 2, undefined)).toBeUndefined();
    expect(failuresInRow([a, b], 2, addMs(start, 60_000))).toBeUndefined();
  });

  it('are the same in whatever order they were noted, are never of fewer image definitions, and hold no test that passed', () => {
    const verdict = fc.record({
      definition: fc.constantFrom('a', 'b', 'c', 'd'),
      verdict: fc.constantFrom('failed' as const, 'failed' as const, 'passed' as const),
      minute: fc.integer({ min: 0, max: 3_000 }),
    });
    const all = fc
      .array(verdict, { maxLength: 12 })
      .map((each) => each.map((v) => noted(v.definition, v.verdict, v.minute)));
    const shuffled = all.chain((each) =>
      fc.tuple(fc.constant(each), fc.shuffledSubarray(each, { minLength: each.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 2, max: 4 }), ([one, other], limit) => {
        const row = failuresInRow(one, limit, undefined);

        expect(failuresInRow(other, limit, undefined)).toEqual(row);
        expect(new Set(row?.map(({ definition }) => definition)).size >= limit || row === undefined).toBe(true);
        expect(row?.some((each) => each.verdict === 'passed') ?? false).toBe(false);
      }),
    );
  });
});
