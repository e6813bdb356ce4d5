import type { CheckResult, FactOf } from '../domain/facts.ts';
import type { Attempt, IncarnationState } from '../domain/incarnationState.ts';
import { type Instant, later, msBetween } from '../domain/instant.ts';
import type { PresentVm } from '../domain/look.ts';
import type { BuiltInCheck } from './builtInChecks.ts';
import { nothingToTryWith } from './builtInChecks.ts';
import { isAsked } from './checkFile/askedChecks.ts';
import type { GuestFact } from './checkFile/checkFile.ts';
import { judgeChecks } from './checkFile/judgeChecks.ts';
import { type CheckSet, roundLimitMs } from './checkSet.ts';
import { type EvidenceDraft, inconclusive, suspected } from './evidenceDraft.ts';
import { readAnswer } from './factScript/readAnswer.ts';
import { notRestarted } from './judgeRestart.ts';
import { limits } from './limits.ts';

type Checks = Extract<CheckSet, { kind: 'checks' }>;
type SentChecks = NonNullable<Attempt['checks']>;

/** Where a round of checks stands. */
export type RoundReading =
  /** Nothing was sent, or it has to be sent again, because the restart came in between or has not come yet. */
  | { kind: 'unsent' }
  | { kind: 'pending'; checks: SentChecks }
  | { kind: 'answered'; fact: FactOf<'checksAnswered'> }
  | { kind: 'ended'; draft: EvidenceDraft };

const repeatAfterMs = 20_000;

/** Reads what the guest answered to the checks that were sent last; only a complete answer of this run counts. */
export function readRound(
  state: IncarnationState,
  attempt: Attempt,
  vm: PresentVm,
  checks: Checks,
  now: Instant,
): RoundReading {
  const { checks: sent, restart } = attempt;
  if (!sent) return { kind: 'unsent' };
  if (sent.startedAt === undefined) return { kind: 'pending', checks: sent };
  const runCommand = vm.runCommand?.name === sent.runCommand ? vm.runCommand : undefined;
  if (runCommand?.kind !== 'finished') return awaitAnswer(state, attempt, sent, sent.startedAt, checks, now);
  const restartedAt = restart && Object.values(restart.startedAt).reduce(later, restart.intendedAt);
  const mayYetRestart = restartedAt !== undefined && msBetween(restartedAt, now) < limits.restartMs;
  const again: RoundReading =
    msBetween(sent.startedAt, now) < repeatAfterMs ? { kind: 'pending', checks: sent } : { kind: 'unsent' };
  if (runCommand.state !== 'Succeeded') {
    if (mayYetRestart) return again;
    return ended(inconclusive('ChecksInterrupted', `run command ended as ${runCommand.state}`));
  }
  const answer = readAnswer(checks.checks, sent.nonce, runCommand.output, runCommand.fullOutput);
  if (answer.kind === 'unusable') return ended(inconclusive('AnswerUnusable', `run command: ${answer.reason}`));
  if (answer.kind === 'sameBoot' || attempt.rounds.some(({ bootId }) => bootId === answer.boot.id))
    return mayYetRestart ? again : ended(notRestarted(state, attempt));
  const answers = answer.facts.map((facts, index) => ({ facts, tries: answer.tries[index] ?? 1 }));
  const asked = answers.filter((_, index) => checks.checks[index] && isAsked(checks.checks[index]));
  const results = judgeChecks({ checks: checks.checks }, asked, now);
  const explained = results.map((result, index) => explain(result, checks.builtIn[index], answer.facts[index]));
  const { id, readyMs } = answer.boot;
  return {
    kind: 'answered',
    fact: {
      type: 'checksAnswered',
      attempt: attempt.number,
      bootId: id,
      ...(readyMs !== undefined && { bootMs: readyMs }),
      checksMs: answer.elapsedMs,
      passed: explained.filter(isPlain).length,
      checks: explained.filter((result) => !isPlain(result)),
    },
  };
}

function awaitAnswer(
  state: IncarnationState,
  attempt: Attempt,
  sent: SentChecks,
  startedAt: Instant,
  { checks }: Checks,
  now: Instant,
): RoundReading {
  const bootMs = attempt.restart ? state.smokeTest.agentTimeoutMinutes * 60_000 : 0;
  if (msBetween(startedAt, now) < roundLimitMs(checks) + limits.answerGraceMs + bootMs)
    return { kind: 'pending', checks: sent };
  if (!attempt.restart) return ended(inconclusive('ChecksTimedOut', 'the checks gave no answer in time'));
  const check = `survives ${attempt.restart.how}`;
  const detail = 'the agent did not come back';
  const results = [{ check, outcome: 'failed' as const, detail }];
  return ended(suspected(state, attempt, 'NoReturnAfterRestart', results, `${check}: ${detail}`));
}

/** What the answer to a built-in check means says more to the one who reads the reason than the answer does. */
function explain(result: CheckResult, builtIn: BuiltInCheck | undefined, facts: GuestFact[] = []): CheckResult {
  const [fact] = facts;
  if (!builtIn || result.outcome !== 'failed' || !fact || !('value' in fact)) return result;
  const answer = String(fact.value);
  if (Number(answer) === nothingToTryWith)
    return { check: result.check, outcome: 'skipped', detail: 'no tool in the guest to try it with' };
  const detail = builtIn.explain(answer);
  return detail === undefined ? result : { ...result, detail };
}

function isPlain({ outcome, flaky }: CheckResult): boolean {
  return outcome === 'passed' && !flaky;
}

function ended(draft: EvidenceDraft): RoundReading {
  return { kind: 'ended', draft };
}
