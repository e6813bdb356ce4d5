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
export async function runSeed(seed: number, trace?: Trace): Promise<SeedResult> {
  const simulation = new Simulation(seed, trace);
  const { azure, checker, faults, scenario } = simulation;
  await simulation.run();
  if (checker.violations.length === 0) checkAtRest(simulation);
  if (checker.violations.length === 0) {
    const before = [azure.galleries.writes.length, azure.announcements.onTopic.size];
    await simulation.runAgainUndisturbed();
    const after = [azure.galleries.writes.length, azure.announcements.onTopic.size];
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
