import type { FactOf, Mode, Outcome, Verdict } from './facts.ts';
import type { GalleryWrite, Profile } from './galleryWrite.ts';
import type { Instant } from './instant.ts';
import type { ReleaseState, Withdrawal } from './releaseState.ts';

/** What of an incarnation's state a release changes. */
export interface Released {
  policyHash: string;
  mode: Mode;
  release?: ReleaseState;
  write?: GalleryWrite;
  earlier?: Profile[];
  outcome?: Outcome;
  heldAt?: Instant;
  adopted?: true;
  exposedSince?: Instant;
  withdrawal?: Withdrawal;
  quarantine?: { reason: string };
  overridden?: { by: string[]; reason: string; ticket: string };
  verdict?: { verdict: Verdict; reason: string; at: Instant };
  needsAttention?: unknown;
  memberFailed?: { group: string; reason: string };
}

/** The last answer of a team counts, and the last of each operator. */
export function answer({ answers }: ReleaseState, { by, team, answer, reason }: FactOf<'answered'>): void {
  const known = answers.findIndex((other) =>
    team === undefined ? other.by === by && !other.team : other.team === team,
  );
  if (known >= 0) answers.splice(known, 1);
  answers.push({ by, ...(team !== undefined && { team }), answer, reason });
}

/** Back to the begin of the release, in the regions where it is not published. */
export function order(state: Released, release: ReleaseState, by: string): void {
  release.ordered = { by };
  release.left = {};
  release.retried = {};
  delete release.waits;
  state.mode = 'enforce';
  delete state.outcome;
  delete state.withdrawal;
  delete state.quarantine;
  delete state.memberFailed;
  delete state.needsAttention;
}

/** Read back: it is no longer offered in the regions that it was taken from. */
export function withdraw(state: Released, release: ReleaseState, fact: FactOf<'withdrawn'>, at: Instant): void {
  endWrite(state);
  delete state.withdrawal;
  delete release.ordered;
  for (const region of Object.keys(release.published))
    if (!fact.remainsIn.includes(region)) delete release.published[region];
  if (fact.remainsIn.length === 0) {
    state.heldAt ??= at;
    delete state.exposedSince;
  }
  if (fact.why === 'quarantine') state.quarantine = { reason: fact.reason };
  // Where nothing else would be latest, the failure of a member is left to a person.
  if (fact.why === 'group' && fact.remainsIn.length > 0) return;
  delete state.memberFailed;
  if (fact.why === 'quarantine') state.outcome = 'quarantined';
  else state.outcome = fact.remainsIn.length > 0 ? shown(state) : 'rolledBack';
}

/** What was adopted, and is not taken in, is left as it is where it remains. */
function shown({ adopted, verdict }: Released): Outcome {
  return adopted && verdict === undefined ? 'adopted' : 'published';
}

/** What people, or its age, made of a version: no test takes it back. */
const settled: (Outcome | undefined)[] = ['published', 'rolledBack', 'stopped', 'retired'];

/** A test that says nothing changes nothing; one that passes takes up what was not published for want of it, or of a person. */
export function retest(state: Released, { verdict, reason }: FactOf<'retested'>, at: Instant): void {
  // What kept it from a verdict was mended before somebody asked for this.
  if (verdict !== 'inconclusive' && state.verdict === undefined && !state.write) delete state.needsAttention;
  if (verdict === 'passed') {
    if (state.verdict?.verdict !== 'passed' && !state.quarantine && !settled.includes(state.outcome))
      delete state.outcome;
    state.verdict = { verdict, reason, at };
  } else if (verdict === 'failed') {
    state.verdict = { verdict, reason, at };
    delete state.overridden;
    if (state.outcome === 'published') delete state.outcome;
  }
}

/** What its producer made of it stays; one that failed is left to a person. */
export function takeIn(
  state: Released,
  release: ReleaseState,
  { verdict, reason, offeredIn }: FactOf<'takenIn'>,
  at: Instant,
): void {
  if (verdict !== 'passed') return;
  state.verdict = { verdict, reason, at };
  note(release.published, offeredIn, at);
  state.outcome = offeredIn.length > 0 ? 'published' : 'stopped';
}

/** The gallery shows what was to be written. */
export function endWrite(state: Released): void {
  delete state.write;
  delete state.needsAttention;
}

/** The first instant counts: the soak of a ring does not begin again. */
export function note(known: Record<string, Instant>, regions: string[], at: Instant): void {
  for (const region of regions) known[region] ??= at;
}
