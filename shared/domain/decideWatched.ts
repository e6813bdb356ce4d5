import { decideCleanUp } from './decideCleanUp.ts';
import { awaitsHold } from './decideIncarnation.ts';
import { decideRun } from './decideRun.ts';
import { type Decision, together } from './decision.ts';
import { effectiveMode } from './effectiveMode.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Policy } from './policy.ts';
import type { RunContext } from './smokeTestContext.ts';

/**
 * Whether a smoke test is under way in its VM and nothing else is: until the run is judged, only the VM and time bring
 * what comes next, whatever becomes of the version.
 */
export function isUnderTest(state: IncarnationState, policy: Policy): boolean {
  const { verdict, outcome, write, deleted, needsAttention, withdrawal, memberFailed, quarantine } = state;
  const others = [verdict, outcome, write, needsAttention, withdrawal, memberFailed, quarantine, state.lifecycle?.due];
  const { launch, result } = state.attempts.at(-1) ?? {};
  const isRunning = launch?.acceptedAt !== undefined && launch.controlOf === undefined && result === undefined;
  if (!isRunning || deleted || others.some((other) => other !== undefined)) return false;
  if (state.byHand) return true;
  return !awaitsHold(state, policy) && effectiveMode(state.mode, policy.mode) !== 'observe';
}

/** The next move of such a run, from its VM alone; undefined where that does not suffice to know it. */
export function decideWatched(context: RunContext): Decision | undefined {
  const { state, look, now } = context;
  const last = state.attempts.at(-1);
  if (!last?.launch || look.checks?.kind !== 'checks') return undefined;
  return together([decideRun(context, last, last.launch, look.checks), decideCleanUp(state, look, now)]);
}
