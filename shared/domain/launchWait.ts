import { describeSpending, type Spending } from './budget.ts';
import type { DefinitionState } from './definitionState.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type InstanceState, pauseOf } from './instanceState.ts';
import type { Instant } from './instant.ts';

/** What can keep smoke-test VMs of an image definition from being launched. */
export interface LaunchLimits {
  /** New work waits. */
  paused?: { reason: string };
  /** Everything is paused: no VM is launched for anybody, by hand neither. */
  noLaunch?: true;
  /** The circuit breaker is open. */
  breaker?: { reason: string };
  /** The VM minutes of the period are spent, or nobody knows; `until` is when the next period begins. */
  budget?: { reason: string; until?: Instant };
}

/** Why the next VM of a smoke test is not launched yet, and until when where that is known. */
export interface LaunchWait {
  by: 'pause' | 'breaker' | 'budget';
  reason: string;
  until?: Instant;
}

/** A smoke test that was asked for by hand. */
export interface AskedTest {
  /** Its verdict counts: a retest, or of a version that is to be taken in. */
  counts?: true;
  /** Of a version that was expedited. */
  expedited?: true;
}

export function launchLimits(
  instance: InstanceState,
  definition: DefinitionState,
  spending: Spending | 'unreadable' | undefined,
): LaunchLimits {
  const paused = pauseOf(instance, definition);
  const budget = spentBudget(spending);
  return {
    ...(paused && { paused }),
    ...(instance.paused && { noLaunch: true }),
    ...(instance.trip?.isOpen && { breaker: { reason: `the circuit breaker is open: ${instance.trip.reason}` } }),
    ...(budget && { budget }),
  };
}

/**
 * A VM that is there is seen through; this is about the next one. A test by hand of which nothing comes waits only for a
 * pause of everything: it is the probe, and somebody asked for this one VM. What is expedited does not wait for the budget.
 */
export function launchWait(
  state: Pick<IncarnationState, 'byHand' | 'release'>,
  { paused, noLaunch, breaker, budget }: LaunchLimits,
  test: AskedTest = {},
): LaunchWait | undefined {
  if (state.byHand && !test.counts) return noLaunch && paused ? { by: 'pause', ...paused } : undefined;
  if (paused) return { by: 'pause', ...paused };
  if (breaker) return { by: 'breaker', ...breaker };
  return budget && !isExpedited(state, test) ? { by: 'budget', ...budget } : undefined;
}

/** Why nothing goes on for a version or a test, where it is for one of these; undefined where it does, or is over. */
export function waitOf(state: IncarnationState, limits: LaunchLimits, test?: AskedTest): LaunchWait | undefined {
  const { deleted, outcome, needsAttention, verdict, attempts, byHand } = state;
  if (deleted || outcome !== undefined || needsAttention) return undefined;
  if (verdict) return limits.paused && !byHand ? { by: 'pause', ...limits.paused } : undefined;
  const last = attempts.at(-1);
  return last?.launch && !last.result ? undefined : launchWait(state, limits, test);
}

export function isExpedited({ release }: Pick<IncarnationState, 'release'>, test: AskedTest = {}): boolean {
  return test.expedited ?? release?.expedited !== undefined;
}

function spentBudget(spending: Spending | 'unreadable' | undefined): LaunchLimits['budget'] {
  if (spending === 'unreadable') return { reason: 'how many VM minutes are spent cannot be read' };
  if (spending?.state !== 'spent') return undefined;
  return { reason: `the budget is spent: ${describeSpending(spending)}`, until: spending.until };
}
