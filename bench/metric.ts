import { z } from 'zod';

/**
 * One figure: less is better, unless `better` says more; then the p95 is what all but a twentieth reach. `rival` is the median of what it is compared with in the same run, `ratio` the
 * figure's median in units of it; `limit` is the goal, for the ratio where there is one, unless `limitOf` says that it is
 * for the p95 all the same.
 */
export const metricSchema = z.strictObject({
  name: z.string(),
  unit: z.string(),
  median: z.number(),
  p95: z.number(),
  rival: z.number().optional(),
  limit: z.number().optional(),
  limitOf: z.literal('p95').optional(),
  ratio: z.number().optional(),
  better: z.literal('more').optional(),
});

/** Groups, or parts of them, of which nothing is known. */
export const notMeasuredSchema = z.strictObject({ what: z.string(), reason: z.string() });

export const resultsSchema = z.strictObject({
  machine: z.string(),
  date: z.iso.datetime(),
  /** The groups that were measured anew since, and when. */
  again: z.array(z.strictObject({ group: z.string(), date: z.iso.datetime() })).optional(),
  metrics: z.array(metricSchema),
  notMeasured: z.array(notMeasuredSchema).optional(),
});

export type Metric = z.infer<typeof metricSchema>;
export type NotMeasured = z.infer<typeof notMeasuredSchema>;
export type Results = z.infer<typeof resultsSchema>;

/** @throws RangeError for no samples: nothing was measured. */
export function summarise(
  name: string,
  unit: string,
  samples: number[],
  { rival, limit, limitOf, better }: { rival?: number[]; limit?: number; limitOf?: 'p95'; better?: 'more' } = {},
): Metric {
  const median = quantile(name, samples, 0.5);
  const against = rival && quantile(`the rival of ${name}`, rival, 0.5);
  return {
    name,
    unit,
    median: round(median),
    p95: round(better === 'more' ? -quantile(name, samples.map(negative), 0.95) : quantile(name, samples, 0.95)),
    ...(against !== undefined && { rival: round(against) }),
    ...(limit !== undefined && { limit }),
    ...(limitOf !== undefined && { limitOf }),
    ...(against !== undefined && against > 0 && { ratio: round(median / against) }),
    ...(better !== undefined && { better }),
  };
}

/** The goal in words, and whether it is reached; undefined where there is none. */
export function goalOf({
  p95,
  limit,
  limitOf,
  ratio,
  better,
}: Metric): { goal: string; isReached: boolean } | undefined {
  if (limit === undefined) return undefined;
  const ofRatio = limitOf === 'p95' ? undefined : ratio;
  const reached = ofRatio ?? p95;
  const goal = `${better === 'more' ? '≥ ' : ''}${ofRatio === undefined ? '' : '× '}${limit}`;
  return { goal, isReached: better === 'more' ? reached >= limit : reached <= limit };
}

/** The least sample that the share of all samples does not exceed. */
function quantile(of: string, samples: number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (found === undefined) throw new RangeError(`nothing was measured of ${of}`);
  return found;
}

const negative = (value: number) => -value;

/** Four digits: more than any machine repeats. */
const round = (value: number) => Number(value.toPrecision(4));
