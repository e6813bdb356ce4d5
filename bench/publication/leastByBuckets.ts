import type { ServiceRequest } from '../recording/startRecordedStack.ts';

type Kind = 'reads' | 'writes' | 'deletes';

/**
 * What Resource Manager grants a principal in a subscription: so many calls at once, and so many a second from then on
 * (learn.microsoft.com, "Understand how Azure Resource Manager throttles requests"; a POST counts as a write).
 */
const buckets: Record<Kind, { size: number; perSecond: number }> = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
};

/**
 * The least times in which the buckets, full at first, grant the calls of one publication, of two, of three…, in
 * milliseconds: whatever is granted in which order, no sooner than that is one, are two, are three of them done.
 * `calls`: those that each publication needs.
 */
export function leastByBuckets(calls: ServiceRequest[][]): number[] {
  const least = calls.map(() => 0);
  for (const kind of Object.keys(buckets) as Kind[]) {
    const { size, perSecond } = buckets[kind];
    const counts = calls.map((each) => each.filter((call) => kindOf(call) === kind).length).toSorted((a, b) => a - b);
    let sum = 0;
    for (const [index, count] of counts.entries()) {
      sum += count;
      least[index] = Math.max(least[index] ?? 0, ((sum - size) / perSecond) * 1_000);
    }
  }
  return least;
}

function kindOf({ method }: ServiceRequest): Kind {
  if (method === 'DELETE') return 'deletes';
  return method === 'GET' || method === 'HEAD' ? 'reads' : 'writes';
}
