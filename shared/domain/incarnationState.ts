import type { Entry } from './entries.ts';
import { evolveRelease, isReleaseFact } from './evolveRelease.ts';
import {
  type CheckFileReference,
  type CheckResult,
  type Fact,
  type FactOf,
  type Mode,
  type Outcome,
  type Restart,
  type SmokeTest,
  settingsOf,
  type Verdict,
  type VmConfiguration,
  type VmSettings,
} from './facts.ts';
import { type GalleryWrite, intend, type Profile } from './galleryWrite.ts';
import type { Identity } from './incarnation.ts';
import { earlier, type Instant } from './instant.ts';
import { evolveLifecycle, isLifecycleFact, type LifecycleState } from './lifecycleState.ts';
import type { ReleaseState, Withdrawal } from './releaseState.ts';

/** The fold of one incarnation's log: what has happened to it, nothing that can be derived from the policy. */
export interface IncarnationState {
  imageVersionId: string;
  version: string;
  mode: Mode;
  /** A smoke test by hand: nothing is held, published or announced. */
  byHand?: { identity: Identity; keepMinutes?: number };
  smokeTest: SmokeTest;
  testPlan: VmConfiguration[];
  /** Why the plan is empty. */
  planProblem?: string;
  /** Unknown in logs from before the plan knew the image definition. */
  osType?: 'Linux' | 'Windows';
  checkFile?: CheckFileReference;
  detectedAt: Instant;
  /** Since when the version is visible without a passed verdict, as far as the service knows. */
  exposedSince?: Instant;
  heldAt?: Instant;
  /** The last gallery write that was intended and not yet seen in Azure. */
  write?: GalleryWrite;
  /** What the version had beside its flags at each plan so far, where that differs. */
  earlier?: Profile[];
  /** From the first entry about its release on. */
  release?: ReleaseState;
  /** Created before the service took charge: it counts as good. */
  adopted?: true;
  /** An operator wants it out of latest, and it may not be yet. */
  withdrawal?: Withdrawal;
  /** Another member of its group failed: it is taken out of latest where another good version stands. */
  memberFailed?: { group: string; reason: string };
  /** From the first entry about its end of life on. */
  lifecycle?: LifecycleState;
  /** By an operator, whatever its verdict. */
  quarantine?: { reason: string };
  /** Published although its verdict is inconclusive: two operators vouch for it. */
  overridden?: { by: string[]; reason: string; ticket: string };
  /** Of the policy at detection. */
  policyHash: string;
  attempts: Attempt[];
  verdict?: { verdict: Verdict; reason: string; at: Instant };
  outcome?: Outcome;
  deleted: boolean;
  needsAttention?: { reason: string; code: string };
}

/** One VM run. */
export interface Attempt {
  number: number;
  slotAwaitedAt?: Instant;
  /** How often, and when last, Azure had no quota left for the VM. */
  quota?: { times: number; since: Instant; at: Instant; code: string; reason: string };
  launch?: VmSettings & {
    vmName: string;
    intendedAt: Instant;
    expiresAt: Instant;
    /** The last published version, where this is a control run. */
    controlOf?: string;
    acceptedAt?: Instant;
    operationUrl?: string;
  };
  /** What the run needs, and Azure refuses for good. */
  refused?: Pick<FactOf<'runRefused'>, 'code' | 'reason' | 'errorClass'>;
  agentReadyAt?: Instant;
  /** What comes before the round of checks that is under way; absent in the first one. */
  restart?: RestartState;
  /** The run command that is under way. */
  checks?: { runCommand: string; nonce: string; intendedAt: Instant; startedAt?: Instant };
  /** How many run commands with checks there were: one may have to be repeated. */
  checkRuns: number;
  /** Rounds of checks that were answered: after the launch, and after each restart. */
  rounds: Round[];
  /** All that was recorded of it, in order: a later round overwrites above what led to an earlier one. */
  past: { at: Instant; fact: AttemptFact }[];
  result?: AttemptResult;
  deletion?: { intendedAt: Instant; acceptedAt?: Instant };
  goneAt?: Instant;
}

export interface RestartState {
  how: Restart;
  intendedAt: Instant;
  /** Per part, when Azure took it: a restart has one, stop and start have two. */
  startedAt: Partial<Record<'restart' | 'stop' | 'start', Instant>>;
}

/** One answered round of all checks. */
export interface Round {
  after: 'launch' | Restart;
  bootId: string;
  bootMs?: number;
  checksMs: number;
  passed: number;
  /** Those that did not simply pass. */
  checks: CheckResult[];
  at: Instant;
}

export type AttemptResult = Omit<FactOf<'smokeTestFinished'>, 'type' | 'attempt'> & { at: Instant };

/** The operating system of the image, as it was when the plan was made. */
export function osTypeOf({ osType }: Pick<IncarnationState, 'osType'>): 'Linux' | 'Windows' {
  return osType ?? 'Linux';
}

/** Undefined when the log does not begin with a detection. */
export function foldIncarnation(entries: Entry[]): IncarnationState | undefined {
  let state: IncarnationState | undefined;
  for (const entry of entries) {
    if (state) evolve(state, entry.fact, entry.at);
    else state = begin(entry);
    if (!state) return undefined;
  }
  return state;
}

function begin({ fact, at }: Entry): IncarnationState | undefined {
  if (fact.type !== 'versionDetected' && fact.type !== 'testBegan') return undefined;
  const { imageVersionId, version, identity, smokeTest, osType, testPlan, planProblem, checkFile } = fact;
  const state: IncarnationState = {
    imageVersionId,
    version,
    mode: fact.type === 'versionDetected' ? fact.mode : 'test',
    policyHash: fact.type === 'versionDetected' ? fact.policyHash : '',
    smokeTest,
    testPlan,
    ...(planProblem !== undefined && { planProblem }),
    ...(osType && { osType }),
    ...(checkFile && { checkFile }),
    detectedAt: at,
    attempts: [],
    deleted: false,
  };
  if (fact.type === 'testBegan') {
    const { keepMinutes } = fact;
    state.byHand = { identity, ...(keepMinutes !== undefined && { keepMinutes }) };
    return state;
  }
  if (fact.visible) state.exposedSince = earlier(identity.publishedDate ?? identity.createdAt ?? at, at);
  if (fact.adopted) {
    state.adopted = true;
    state.outcome = 'adopted';
  }
  return state;
}

function evolve(state: IncarnationState, fact: Fact, at: Instant): void {
  switch (fact.type) {
    case 'holdIntended':
      intend(state, 'hold', fact.plan, at, fact.visibleIn);
      return;
    case 'quarantineIntended':
      intend(state, 'quarantine', fact.plan, at);
      return;
    case 'galleryWriteAccepted':
      if (!state.write) return;
      state.write.acceptedAt = at;
      if (fact.met) state.write.met = fact.met;
      return;
    case 'galleryWriteLost':
      if (state.write) {
        state.write.lost += 1;
        delete state.write.acceptedAt;
      }
      return;
    case 'held':
      state.heldAt = at;
      delete state.write;
      delete state.exposedSince;
      delete state.needsAttention;
      return;
    case 'driftFound':
      reopen(state, at);
      return;
    case 'creationRepeated':
      reopen(state, fact.visible ? at : undefined);
      state.detectedAt = at;
      return;
    case 'verdictReached':
      state.verdict = { verdict: fact.verdict, reason: fact.reason, at };
      return;
    case 'quarantined':
      if (state.release) state.release.published = {};
      // One that nobody held at first is out of latest from here on.
      state.heldAt ??= at;
      state.outcome = fact.type;
      delete state.write;
      delete state.needsAttention;
      return;
    case 'wouldPublish':
    case 'wouldQuarantine':
    case 'observed':
      state.outcome = fact.type;
      delete state.write;
      delete state.needsAttention;
      return;
    case 'testFinished':
      state.outcome = 'tested';
      return;
    case 'leftInconclusive':
      state.outcome = 'inconclusive';
      return;
    case 'versionCreationFailed':
      state.outcome = 'creationFailed';
      return;
    case 'versionDeleted':
      state.deleted = true;
      delete state.write;
      return;
    case 'needsAttention':
      state.needsAttention = { reason: fact.reason, code: fact.code };
      return;
    default:
      if (isReleaseFact(fact)) evolveRelease(state, fact, at);
      if (isLifecycleFact(fact)) evolveLifecycle(state, fact, at);
      if ('attempt' in fact) evolveAttempt(attemptOf(state, fact.attempt), fact, at);
  }
}

/** Back to the hold; what was tested stays tested. */
function reopen(state: IncarnationState, exposedSince: Instant | undefined): void {
  delete state.heldAt;
  delete state.outcome;
  delete state.write;
  delete state.exposedSince;
  if (exposedSince !== undefined) state.exposedSince = exposedSince;
}

export type AttemptFact = Extract<Fact, { attempt: number }>;

function evolveAttempt(attempt: Attempt, fact: AttemptFact, at: Instant): void {
  attempt.past.push({ at, fact });
  switch (fact.type) {
    case 'slotAwaited':
      attempt.slotAwaitedAt = at;
      break;
    case 'launchIntended':
      attempt.launch = launchOf(fact, at);
      break;
    case 'launchAccepted':
      if (attempt.launch) {
        attempt.launch.acceptedAt = at;
        if (fact.operationUrl !== undefined) attempt.launch.operationUrl = fact.operationUrl;
      }
      break;
    case 'runRefused': {
      const { code, reason, errorClass } = fact;
      attempt.refused = { code, reason, errorClass };
      break;
    }
    case 'agentReady':
      attempt.agentReadyAt = at;
      break;
    case 'quotaReached':
      attempt.quota = {
        times: (attempt.quota?.times ?? 0) + 1,
        since: attempt.quota?.since ?? at,
        at,
        code: fact.code,
        reason: fact.reason,
      };
      delete attempt.launch;
      break;
    case 'restartIntended':
      attempt.restart = { how: fact.how, intendedAt: at, startedAt: {} };
      break;
    case 'restartStarted':
      if (attempt.restart) attempt.restart.startedAt[fact.part] = at;
      break;
    case 'checksIntended':
      attempt.checks = { runCommand: fact.runCommand, nonce: fact.nonce, intendedAt: at };
      attempt.checkRuns += 1;
      break;
    case 'checksStarted':
      if (attempt.checks) attempt.checks.startedAt = at;
      break;
    case 'checksAnswered':
      answer(attempt, fact, at);
      break;
    case 'smokeTestFinished': {
      const { type: _, attempt: __, ...result } = fact;
      attempt.result = { ...result, at };
      break;
    }
    case 'vmDeletionIntended':
      attempt.deletion = { intendedAt: at };
      break;
    case 'vmDeletionAccepted':
      if (attempt.deletion) attempt.deletion.acceptedAt = at;
      break;
    case 'vmGone':
      attempt.goneAt = at;
      break;
  }
}

/** The round is over; what led to it does not concern the next one. */
function answer(attempt: Attempt, { type: _, attempt: __, ...round }: FactOf<'checksAnswered'>, at: Instant): void {
  attempt.rounds.push({ after: attempt.restart?.how ?? 'launch', ...round, at });
  delete attempt.restart;
  delete attempt.checks;
}

function launchOf(fact: FactOf<'launchIntended'>, at: Instant): NonNullable<Attempt['launch']> {
  const { vmName, expiresAt, controlOf } = fact;
  return { vmName, intendedAt: at, expiresAt, ...settingsOf(fact), ...(controlOf !== undefined && { controlOf }) };
}

function attemptOf(state: IncarnationState, number: number): Attempt {
  const known = state.attempts.find((attempt) => attempt.number === number);
  if (known) return known;
  const attempt: Attempt = { number, checkRuns: 0, rounds: [], past: [] };
  state.attempts.push(attempt);
  return attempt;
}
