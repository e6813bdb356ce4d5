import type { Metric } from './metric.ts';

export interface Outcome {
  metrics: Metric[];
  /** Groups of which nothing is known, each with the reason. */
  failures: { group: string; reason: string }[];
}

/** Measures one group after the other; one that fails says so, and the others are measured all the same. */
export async function runAll<Group extends { name: string }>(
  groups: Group[],
  measure: (group: Group) => Promise<Metric[]>,
): Promise<Outcome> {
  const outcome: Outcome = { metrics: [], failures: [] };
  for (const group of groups) {
    try {
      outcome.metrics.push(...(await measure(group)));
    } catch (error) {
      outcome.failures.push({ group: group.name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return outcome;
}
