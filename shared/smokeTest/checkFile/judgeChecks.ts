import type { CheckResult } from '../../domain/facts.ts';
import type { Instant } from '../../domain/instant.ts';
import { askedChecks } from './askedChecks.ts';
import type { Check, CheckAnswer, CheckFile } from './checkFile.ts';
import { checkName } from './checkName.ts';
import { checkTypes } from './checkTypes.ts';
import { compileMatcher } from './compileMatcher.ts';
import { describeMatcher, describeValue } from './describeMatcher.ts';
import { type JudgedAssertion, judgeAssertion } from './judgeAssertion.ts';

const mostReasons = 3;

/**
 * The results of all checks, in the order of the file. `answers` are those of the guest to `askedChecks`, in its order; a
 * check without a complete answer is unknown. Known issues count until the end of their day in UTC, whatever keeps the
 * check from passing.
 */
export function judgeChecks(file: CheckFile, answers: readonly CheckAnswer[], now: Instant): CheckResult[] {
  const asked = new Map(askedChecks(file.checks).map((check, index) => [check, answers[index]]));
  return file.checks.map((check) => {
    if (check.skip) return { check: checkName(check), outcome: 'skipped' };
    if (check.type === 'matching') return withKnownIssue(check, resultOf(check, judgeContent(check), 1), now);
    const answer = asked.get(check);
    return withKnownIssue(check, resultOf(check, judgeAnswer(check, answer), answer?.tries ?? 1), now);
  });
}

function judgeContent({ assertions, content = null }: Check): JudgedAssertion[] {
  return assertions.map(({ matcher }) => {
    if (compileMatcher(matcher)(content, false) === 'yes') return { outcome: 'holds' };
    return { outcome: 'fails', reason: `content: expected ${describeMatcher(matcher)}, got ${describeValue(content)}` };
  });
}

function judgeAnswer(check: Check, answer: CheckAnswer | undefined): JudgedAssertion[] {
  if (check.type === 'matching' || answer?.facts.length !== check.assertions.length || answer.facts.length === 0)
    return [{ outcome: 'unknown', reason: 'the guest gave no answer' }];
  const { attributes, presence } = checkTypes[check.type];
  const judged: JudgedAssertion[] = [];
  for (const [index, assertion] of check.assertions.entries()) {
    const fact = answer.facts[index] ?? { kind: 'unknown', reason: 'the guest gave no answer' };
    judged.push(judgeAssertion(assertion, fact, attributes[assertion.attribute] ?? 'string'));
  }
  if (!presence || !isAbsent(check, answer, presence)) return judged;
  // As goss: of what is not there nothing else is looked at.
  return judged.filter((_, index) => check.assertions[index]?.attribute === presence);
}

/** Whether the guest said that what the check is about is not there. */
function isAbsent({ assertions }: Check, { facts }: CheckAnswer, presence: string): boolean {
  return assertions.some(({ attribute, matcher }, index) => {
    const fact = facts[index];
    if (attribute !== presence || !fact || fact.kind === 'unknown') return false;
    if (fact.kind === 'value') return fact.value === false || fact.value === 'false';
    if (matcher.match !== 'equal' || typeof matcher.value !== 'boolean') return false;
    return fact.kind === 'matches' ? !matcher.value : matcher.value;
  });
}

/** One assertion that cannot be told makes the check unknown, whatever the others say. */
function resultOf(check: Check, judged: JudgedAssertion[], tries: number): CheckResult {
  const reasons = judged.flatMap(({ reason }) => reason ?? []);
  const more = reasons.length > mostReasons ? [`${reasons.length - mostReasons} more`] : [];
  const result: CheckResult = {
    check: checkName(check),
    outcome: judged.some(({ outcome }) => outcome === 'unknown') ? 'unknown' : reasons.length > 0 ? 'failed' : 'passed',
  };
  if (reasons.length > 0) result.detail = [...reasons.slice(0, mostReasons), ...more].join('; ');
  if (tries > 1) result.tries = tries;
  if (tries > 1 && result.outcome === 'passed') result.flaky = true;
  return result;
}

function withKnownIssue({ knownIssue }: Check, result: CheckResult, now: Instant): CheckResult {
  if (!knownIssue || result.outcome === 'passed') return result;
  const { ticket, expires } = knownIssue;
  if (now.slice(0, 10) <= expires) return { ...result, outcome: 'knownIssue', ticket };
  return { ...result, ticket, detail: `${result.detail}; known as ${ticket} until ${expires}` };
}
