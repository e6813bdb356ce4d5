import type { Metric, NotMeasured } from './metric.ts';
import { reasonOf } from './report.ts';

export interface Outcome {
  metrics: Metric[];
  notMeasured: NotMeasured[];
}

/** Measures one group after the other; one that fails says so, and the others are measured all the same. */
export async function runAll<Group extends { name: string }>(
  groups: Group[],
  measure: (group: Group) => Promise<Outcome>,
): Promise<Outcome> {
  const all: Outcome = { metrics: [], notMeasured: [] };
  for (const group of groups) {
    try {
      const { metrics, notMeasured } = await measure(group);
      all.metrics.push(...metrics);
      all.notMeasured.push(...notMeasured);
    } catch (error) {
      all.notMeasured.push({ what: group.name, reason: reasonOf(error) });
    }
  }
  return all;
}
