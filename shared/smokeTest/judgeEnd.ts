import type { CheckResult } from '../domain/facts.ts';
import type { Attempt, IncarnationState } from '../domain/incarnationState.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import type { Baseline, PresentVm } from '../domain/look.ts';
import { checkName } from './checkFile/checkName.ts';
import type { CheckSet } from './checkSet.ts';
import { type EvidenceDraft, inconclusive } from './evidenceDraft.ts';
import { limits } from './limits.ts';
import { regressions } from './regressions.ts';
import { serialLogResult } from './serialLogResult.ts';

type Checks = Extract<CheckSet, { kind: 'checks' }>;

/**
 * The verdict of a run whose rounds are over; undefined while the serial log is still awaited. Passed is earned: the
 * agent, every check of every round, every restart, and a serial log that was read and is clean.
 */
export function judgeEnd(
  state: IncarnationState,
  attempt: Attempt,
  vm: PresentVm,
  { checks, builtIn }: Checks,
  baseline: Baseline | undefined,
  now: Instant,
): EvidenceDraft | undefined {
  const last = attempt.rounds.at(-1);
  if (!last) return inconclusive('NothingAnswered', 'no check was answered');
  if (vm.serialLog === undefined) {
    const isLate = msBetween(last.at, now) >= limits.serialLogGraceMs;
    return isLate ? inconclusive('SerialLogMissing', 'the serial log could not be read') : undefined;
  }
  const serial = serialLogResult(vm.serialLog, state.smokeTest, attempt);
  const ownWords = new Set([
    ...serial.results.map(({ check }) => check),
    ...builtIn.map(({ check }) => checkName(check)),
  ]);
  const slower = regressions(attempt, state.smokeTest, baseline);
  const results = [
    { check: 'agent ready', outcome: 'passed' as const },
    ...serial.results,
    ...attempt.rounds.slice(1).map(({ after }) => ({ check: `survives ${after}`, outcome: 'passed' as const })),
    ...checks.map((check) => resultOver(checkName(check), check.skip, attempt)),
    ...slower.results,
  ];
  const warnings = [...results.flatMap(warningOf), ...serial.warnings, ...slower.warnings];
  const first = attempt.rounds[0];
  const verdict = verdictOf(results, attempt, ownWords);
  return {
    ...(isSlowAlone(verdict, results, slower.results) && !wasSlowBefore(state) ? suspicionOf(verdict) : verdict),
    checks: results,
    ...(warnings.length > 0 && { warnings }),
    ...(first?.bootMs !== undefined && { bootMs: first.bootMs }),
    ...(first && { checksMs: first.checksMs }),
  };
}

type Outcome = Pick<EvidenceDraft, 'verdict' | 'reason' | 'code' | 'errorClass'>;

/** Nothing is wrong but the time it took: of that a slow host may be the cause. */
function isSlowAlone({ verdict }: Outcome, results: CheckResult[], slower: CheckResult[]): boolean {
  return (
    verdict === 'failed' && results.filter(({ outcome }) => outcome === 'failed').every((one) => slower.includes(one))
  );
}

function wasSlowBefore({ attempts }: IncarnationState): boolean {
  return attempts.some(({ launch, result }) => result?.code === slowerCode && launch?.controlOf === undefined);
}

function suspicionOf({ reason }: Outcome): Outcome {
  return { verdict: 'inconclusive', reason, code: slowerCode, errorClass: 'suspect' };
}

function verdictOf(results: CheckResult[], { rounds }: Attempt, ownWords: Set<string>): Outcome {
  const failing = results.filter(({ outcome }) => outcome === 'failed');
  if (failing.length > 0) return { verdict: 'failed', reason: reasonOf(failing, ownWords) };
  const unknown = results.filter(({ outcome }) => outcome === 'unknown');
  if (unknown.length > 0)
    return { verdict: 'inconclusive', reason: reasonOf(unknown, new Set()), code: 'ChecksUnknown' };
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  const after = rounds.slice(1).map((round) => round.after);
  const again = after.length > 0 ? `, again after ${after.join(', ')}` : '';
  const other = results.length - passed;
  const rest = other > 0 ? `, ${other} skipped or known` : '';
  // Nothing but known issues and skipped checks is no proof of anything.
  if (passed === 0) return { verdict: 'inconclusive', reason: 'no check passed', code: 'NothingPassed' };
  return { verdict: 'passed', reason: `${passed} of ${results.length} checks passed${again}${rest}` };
}

/** Of a run in which only the time was wrong; a second VM of the same size follows. */
export const slowerCode = 'Slower';
const mostReasons = 10;

/** `ownWords`: the checks whose details are sentences that need no name before them. */
function reasonOf(results: CheckResult[], ownWords: Set<string>): string {
  const told = results.map(({ check, detail, outcome }) =>
    detail !== undefined && ownWords.has(check) ? detail : `${check}: ${detail ?? outcome}`,
  );
  const named = [...new Set(told)];
  const more = named.length - mostReasons;
  return [...named.slice(0, mostReasons), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

const worst: CheckResult['outcome'][] = ['failed', 'unknown', 'knownIssue', 'passed', 'skipped'];

/** The worst result of one check over all rounds; the reason names the round unless it was the first. */
function resultOver(check: string, skip: boolean, { rounds }: Attempt): CheckResult {
  const found = rounds.flatMap(({ after, checks }) =>
    checks
      .filter((result) => result.check === check)
      .map((result) =>
        after === 'launch' ? result : { ...result, detail: `after ${after}: ${result.detail ?? result.outcome}` },
      ),
  );
  const [result] = found.toSorted((a, b) => worst.indexOf(a.outcome) - worst.indexOf(b.outcome));
  return result ?? { check, outcome: skip ? 'skipped' : 'passed' };
}

function warningOf({ check, outcome, flaky, detail, ticket }: CheckResult): string[] {
  if (outcome === 'knownIssue') return [`known issue ${ticket ?? ''}: ${check}: ${detail ?? 'failed'}`];
  return flaky ? [`flaky: ${check} passed only on a further try`] : [];
}
