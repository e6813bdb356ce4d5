import { decideLaunch } from './decideLaunch.ts';
import { decideRun } from './decideRun.ts';
import { decideVerdict } from './decideVerdict.ts';
import { type Decision, record, wait } from './decision.ts';
import { addMs } from './instant.ts';
import type { SmokeTestContext } from './smokeTestContext.ts';

/** The next move of the smoke test: take a slot, launch, wait for the agent, run the checks, restart, judge. */
export function decideSmokeTest(context: SmokeTestContext): Decision {
  const { state, look, now } = context;
  const { checks } = look;
  if (checks === undefined) return wait(addMs(now, 60_000));
  const last = state.attempts.at(-1);
  if (last?.result) return decideVerdict(context, last, last.result, checks);
  if (last?.launch && checks.kind === 'checks') return decideRun(context, last, last.launch, checks);
  if (checks.kind === 'invalid') {
    const reason = `nothing can be tested: ${checks.problem}; mend the check file and have the version tested again`;
    return record({ type: 'verdictReached', verdict: 'inconclusive', reason });
  }
  return decideLaunch(context, last);
}
