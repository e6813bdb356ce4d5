import type { Attempt, IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';

/** Where a run stands, in a word or two, and since when. */
export interface Stage {
  stage: string;
  since: Instant;
}

/** The stage of an incarnation that is under way; undefined when nothing is left to do for it. */
export function stageOf(state: IncarnationState): Stage | undefined {
  const { deleted, outcome, verdict, write, detectedAt, heldAt, attempts } = state;
  if (deleted || outcome !== undefined) return undefined;
  if (verdict)
    return { stage: write ? `${write.purpose} under way` : 'judged', since: write?.intendedAt ?? verdict.at };
  const last = attempts.at(-1);
  if (last && !last.result) return runStage(last, detectedAt);
  if (last?.result) return { stage: 'between attempts', since: last.result.at };
  return heldAt === undefined
    ? { stage: 'hold', since: detectedAt }
    : { stage: 'waits for replication', since: heldAt };
}

function runStage(attempt: Attempt, detectedAt: Instant): Stage {
  const { slotAwaitedAt, quota, launch, agentReadyAt, checks, restart, rounds } = attempt;
  const after = restart?.how ?? 'launch';
  if (checks) return { stage: `checks after ${after}`, since: checks.startedAt ?? checks.intendedAt };
  if (restart) return { stage: restart.how, since: restart.intendedAt };
  const round = rounds.at(-1);
  if (round) return { stage: `after the checks of ${round.after}`, since: round.at };
  if (agentReadyAt !== undefined) return { stage: 'agent ready', since: agentReadyAt };
  if (launch?.acceptedAt !== undefined) return { stage: 'boots', since: launch.acceptedAt };
  if (launch) return { stage: 'launch', since: launch.intendedAt };
  if (quota) return { stage: `waits for quota (${quota.code})`, since: quota.since };
  return { stage: 'waits for a slot', since: slotAwaitedAt ?? detectedAt };
}
