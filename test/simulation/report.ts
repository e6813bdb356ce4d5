import { cpus } from 'node:os';
import type { SeedResult } from './runSeed.ts';

interface Spread {
  least: number;
  median: number;
  most: number;
}

export interface RunReport {
  machine: string;
  seeds: number;
  firstSeed: number;
  seconds: number;
  steps: Spread & { all: number };
  versions: Spread;
  faults: Spread;
  /** Over all seeds, how often each kind of fault, or of what hands do, has happened. */
  faultCounts: Record<string, number>;
  failures: { seed: number; violations: string[] }[];
}

export function reportOf(results: SeedResult[], ms: number): RunReport {
  const steps = results.map((result) => result.steps);
  return {
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}`,
    seeds: results.length,
    firstSeed: results[0]?.seed ?? 0,
    seconds: Math.round(ms / 100) / 10,
    steps: { ...spread(steps), all: steps.reduce((sum, each) => sum + each, 0) },
    versions: spread(results.map(({ versions }) => versions)),
    faults: spread(results.map(({ faults }) => faults.length)),
    faultCounts: countsOf(results.flatMap(({ faults }) => faults)),
    failures: results
      .filter(({ violations }) => violations.length > 0)
      .map(({ seed, violations }) => ({ seed, violations })),
  };
}

export function describeRun({ seeds, seconds, steps, versions, faults, failures }: RunReport): string {
  const of = ({ least, median, most }: Spread) => `${median} (${least} to ${most})`;
  const failed = failures.map(({ seed, violations }) => `\n  seed ${seed}: ${violations[0]}`);
  return [
    `${seeds} seeds in ${seconds} s: ${failures.length} failed`,
    `a seed has ${of(steps)} steps, ${of(versions)} versions of 2 image definitions, ${of(faults)} faults, 3 workers`,
    ...failed.slice(0, 20),
  ].join('\n');
}

/** A fault of a call is named with the call, `throttled at documents.read`: it counts for its kind. */
function countsOf(faults: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fault of faults) {
    const [kind = fault] = fault.split(' at ');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { least: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
}
