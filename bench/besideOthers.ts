import type { Results } from './metric.ts';

/** The results of a run that measured some groups alone, beside what an earlier run on this machine found of the others. */
export function besideOthers(before: Results, now: Results, measured: string[]): Results {
  const isOfOthers = (name: string) => !measured.some((group) => name === group || name.startsWith(`${group}: `));
  const again = measured.map((group) => ({ group, date: now.date }));
  return {
    machine: before.machine,
    date: before.date,
    again: [...(before.again ?? []).filter(({ group }) => isOfOthers(group)), ...again],
    metrics: [...before.metrics.filter(({ name }) => isOfOthers(name)), ...now.metrics],
    notMeasured: [...(before.notMeasured ?? []).filter(({ what }) => isOfOthers(what)), ...(now.notMeasured ?? [])],
  };
}
