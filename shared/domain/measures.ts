import type { Entry } from './entries.ts';
import { msBetween } from './instant.ts';

/** Every number that is told as a metric: as a sum, a distribution, or what it is now. */
export const meters = {
  'imprimatur.versions': { kind: 'counter', unit: '{version}', tells: 'versions that came to an `outcome`' },
  'imprimatur.stage': { kind: 'histogram', unit: 's', tells: 'time between two entries of a version, `from` and `to`' },
  'imprimatur.publication': { kind: 'histogram', unit: 's', tells: 'time from detection to publication' },
  'imprimatur.publication.vm': {
    kind: 'histogram',
    unit: 'min',
    tells: 'VM minutes of a published version, all attempts: times the price of the size, its cost',
  },
  'imprimatur.vm': { kind: 'counter', unit: 'min', tells: 'minutes of smoke-test VMs, by `vmSize` and `region`' },
  'imprimatur.lateness': { kind: 'histogram', unit: 's', tells: 'from when a timer was due to its step' },
  'imprimatur.leftovers': {
    kind: 'counter',
    unit: '{resource}',
    tells: 'resources of smoke tests that a sweep deleted',
  },
  'imprimatur.backlog': { kind: 'gauge', unit: '{definition}', tells: 'image definitions that the last sweep woke' },
} as const satisfies Record<string, { kind: 'counter' | 'histogram' | 'gauge'; unit: string; tells: string }>;

export interface Measure {
  name: keyof typeof meters;
  value: number;
  of?: Record<string, string>;
}

const outcomes = new Set([
  'published',
  'quarantined',
  'leftInconclusive',
  'wouldPublish',
  'wouldQuarantine',
  'observed',
  'versionCreationFailed',
  'versionDeleted',
]);

/** What the entries from index `from` on say in numbers, of the log of one incarnation; nothing of other logs. */
export function measuresOf(log: Entry[], from: number): Measure[] {
  if (!log[0]?.log.startsWith('incarnations/')) return [];
  const done = whenDone(log);
  const measures: Measure[] = [];
  for (const [ahead, entry] of log.slice(from).entries()) {
    const index = from + ahead;
    measures.push(...stage(log[index - 1], entry), ...run(log, index, entry));
    measures.push(...outcome(index === 0 ? undefined : log[0], entry));
    if (index === done) measures.push(cost(log.slice(0, index + 1)));
  }
  return measures;
}

function stage(before: Entry | undefined, { at, fact }: Entry): Measure[] {
  if (!before) return [];
  return [
    {
      name: 'imprimatur.stage',
      value: msBetween(before.at, at) / 1_000,
      of: { from: before.fact.type, to: fact.type },
    },
  ];
}

/** A VM counts from the last intent to launch it until it was seen to be gone: where quota was reached there was none. */
function run(log: Entry[], index: number, { at, fact }: Entry): Measure[] {
  if (fact.type !== 'vmGone') return [];
  for (const { at: since, fact: launch } of log.slice(0, index).reverse()) {
    if (launch.type !== 'launchIntended' || launch.attempt !== fact.attempt) continue;
    const { vmSize, region } = launch;
    return [{ name: 'imprimatur.vm', value: msBetween(since, at) / 60_000, of: { vmSize, region } }];
  }
  return [];
}

function outcome(first: Entry | undefined, { at, fact }: Entry): Measure[] {
  if (!outcomes.has(fact.type)) return [];
  const measures: Measure[] = [{ name: 'imprimatur.versions', value: 1, of: { outcome: fact.type } }];
  if (fact.type !== 'published' || !first) return measures;
  return [...measures, { name: 'imprimatur.publication', value: msBetween(first.at, at) / 1_000 }];
}

/** Index of the entry with which, for the first time, the version is published and no VM of it runs; -1 before. */
function whenDone(log: Entry[]): number {
  const running = new Set<number>();
  let published = false;
  return log.findIndex(({ fact }) => {
    if (fact.type === 'launchIntended') running.add(fact.attempt);
    if (fact.type === 'vmGone') running.delete(fact.attempt);
    published ||= fact.type === 'published';
    return published && running.size === 0;
  });
}

function cost(log: Entry[]): Measure {
  const runs = log.flatMap((entry, index) => run(log, index, entry));
  return { name: 'imprimatur.publication.vm', value: runs.reduce((sum, { value }) => sum + value, 0) };
}
