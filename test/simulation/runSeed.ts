import { checkAtRest } from './atRest.ts';
import { Simulation } from './simulation.ts';
import type { Trace } from './trace.ts';

export interface SeedResult {
  seed: number;
  /** Calls of ports: every one is an instant at which another task may go on. */
  steps: number;
  versions: number;
  faults: string[];
  violations: string[];
}

/** Runs one seed to its end, and then once more through its events, which must change nothing. */
export async function runSeed(seed: number, trace?: Trace, readsBack?: boolean): Promise<SeedResult> {
  const simulation = new Simulation(seed, trace, readsBack);
  const { azure, checker, faults, scenario } = simulation;
  await simulation.run();
  if (checker.violations.length === 0) checkAtRest(simulation);
  if (checker.violations.length === 0) {
    const before = effectsOf(azure);
    await simulation.runAgainUndisturbed();
    const after = effectsOf(azure);
    if (String(before) !== String(after)) checker.fail('no loop', `writes, announcements: ${before}, then ${after}`);
  }
  const happened = scenario.happenings.filter(({ kind }) => kind !== 'create' && kind !== 'request');
  return {
    seed,
    steps: simulation.calls.count,
    versions: scenario.happenings.length - scenario.happenings.filter(({ kind }) => kind !== 'create').length,
    faults: [...faults.injected, ...happened.map(({ kind }) => kind)],
    violations: checker.violations,
  };
}

/** Writes and announcements; the manifest of a day comes with the day, whatever happens. */
function effectsOf({ galleries, announcements }: Simulation['azure']): [writes: number, announcements: number] {
  const told = [...announcements.onTopic.values()].filter(({ type }) => !type.startsWith('imprimatur.audit.'));
  return [galleries.writes.length, told.length];
}
