import type { Decision } from './decision.ts';
import { addMs, type Instant } from './instant.ts';
import type { ReleaseRules } from './releaseRules.ts';
import type { ReleaseState } from './releaseState.ts';
import { waitFor } from './waitFor.ts';

type Wait = NonNullable<ReleaseState['waits']>;

/** What a version that passed still waits for from people; undefined when nothing is in its way. */
export function gateWait(
  rules: ReleaseRules,
  release: ReleaseState,
  passedAt: Instant,
  now: Instant,
): Wait | undefined {
  if (release.ordered) return undefined;
  return vetoed(release) ?? unapproved(rules, release) ?? unanswered(rules, release, passedAt, now);
}

export function decideGates(
  rules: ReleaseRules,
  release: ReleaseState,
  passedAt: Instant,
  now: Instant,
): Decision | undefined {
  const wait = gateWait(rules, release, passedAt, now);
  return wait && waitFor(release, wait);
}

/** The last answer of each team, and of each operator, counts. A veto halts a release that has begun, too. */
export function vetoed({ answers, ordered }: ReleaseState): Wait | undefined {
  if (ordered) return undefined;
  const [veto] = answers.filter(({ answer }) => answer === 'veto');
  if (!veto) return undefined;
  const who = veto.team === undefined ? 'an operator' : `team ${veto.team}`;
  return { code: 'veto', reason: `${who} vetoes it: ${veto.reason}` };
}

function unapproved({ gates }: ReleaseRules, { answers }: ReleaseState): Wait | undefined {
  if (gates.approval === 'none' || answers.some(({ answer, team }) => answer === 'approve' && team === undefined))
    return undefined;
  return { code: 'approval', reason: 'waits for the approval of an operator' };
}

/** Silence of a gating team means no; who abstains does not object. */
function unanswered({ gates }: ReleaseRules, release: ReleaseState, passedAt: Instant, now: Instant): Wait | undefined {
  const silent = gates.teams.filter((team) => release.answers.every((answer) => answer.team !== team));
  if (silent.length === 0) return undefined;
  const who = silent.join(', ');
  const until = addMs(passedAt, gates.answerHours * 3_600_000);
  if (now < until && !release.expedited) return { code: 'answers', reason: `waits for the answer of ${who}`, until };
  if (release.expedited) return undefined;
  return { code: 'silence', reason: `no answer of ${who} within ${gates.answerHours} h, and silence means no` };
}
