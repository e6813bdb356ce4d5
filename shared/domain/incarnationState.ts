import type { Entry } from './entries.ts';
import {
  type CheckResult,
  type Fact,
  type FactOf,
  type Mode,
  type Outcome,
  settingsOf,
  type Verdict,
  type VmConfiguration,
  type VmSettings,
} from './facts.ts';
import type { FlagPlan } from './flagPlan.ts';
import { earlier, type Instant } from './instant.ts';
import type { SmokeTestPolicy } from './policy.ts';

/** The fold of one incarnation's log: what has happened to it, nothing that can be derived from the policy. */
export interface IncarnationState {
  imageVersionId: string;
  version: string;
  mode: Mode;
  smokeTest: SmokeTestPolicy;
  testPlan: VmConfiguration[];
  /** Why the plan is empty. */
  planProblem?: string;
  detectedAt: Instant;
  /** Since when the version is visible without a passed verdict, as far as the service knows. */
  exposedSince?: Instant;
  heldAt?: Instant;
  /** The last gallery write that was intended and not yet seen in Azure. */
  write?: { purpose: WritePurpose; plan: FlagPlan; intendedAt: Instant; acceptedAt?: Instant; lost: number };
  attempts: Attempt[];
  verdict?: { verdict: Verdict; reason: string; at: Instant };
  outcome?: Outcome;
  deleted: boolean;
  needsAttention?: { reason: string; code: string };
}

export type WritePurpose = 'hold' | 'publish' | 'quarantine';

/** One VM run. */
export interface Attempt {
  number: number;
  slotAwaitedAt?: Instant;
  launch?: VmSettings & {
    vmName: string;
    intendedAt: Instant;
    expiresAt: Instant;
    acceptedAt?: Instant;
    operationUrl?: string;
  };
  agentReadyAt?: Instant;
  checks?: { runCommand: string; nonce: string; intendedAt: Instant; startedAt?: Instant };
  result?: { verdict: Verdict; reason: string; code?: string; checks: CheckResult[]; at: Instant };
  deletion?: { intendedAt: Instant; acceptedAt?: Instant };
  goneAt?: Instant;
}

/** Undefined when the log does not begin with a detection. */
export function foldIncarnation(entries: Entry[]): IncarnationState | undefined {
  const [first, ...rest] = entries;
  if (first?.fact.type !== 'versionDetected') return undefined;
  const { imageVersionId, version, identity, mode, smokeTest, testPlan, planProblem, visible } = first.fact;
  const state: IncarnationState = {
    imageVersionId,
    version,
    mode,
    smokeTest,
    testPlan,
    ...(planProblem !== undefined && { planProblem }),
    detectedAt: first.at,
    ...(visible && { exposedSince: earlier(identity.publishedDate ?? identity.createdAt ?? first.at, first.at) }),
    attempts: [],
    deleted: false,
  };
  for (const { fact, at } of rest) evolve(state, fact, at);
  return state;
}

function evolve(state: IncarnationState, fact: Fact, at: Instant): void {
  switch (fact.type) {
    case 'holdIntended':
      intend(state, 'hold', fact.plan, at);
      return;
    case 'publishIntended':
      intend(state, 'publish', fact.plan, at);
      return;
    case 'quarantineIntended':
      intend(state, 'quarantine', fact.plan, at);
      return;
    case 'galleryWriteAccepted':
      if (state.write) state.write.acceptedAt = at;
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
    case 'published':
    case 'quarantined':
    case 'wouldPublish':
    case 'wouldQuarantine':
    case 'observed':
      state.outcome = fact.type;
      delete state.write;
      delete state.needsAttention;
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

type AttemptFact = Extract<Fact, { attempt: number }>;

function evolveAttempt(attempt: Attempt, fact: AttemptFact, at: Instant): void {
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
    case 'agentReady':
      attempt.agentReadyAt = at;
      break;
    case 'checksIntended':
      attempt.checks = { runCommand: fact.runCommand, nonce: fact.nonce, intendedAt: at };
      break;
    case 'checksStarted':
      if (attempt.checks) attempt.checks.startedAt = at;
      break;
    case 'smokeTestFinished': {
      const { verdict, reason, code, checks } = fact;
      attempt.result = { verdict, reason, ...(code !== undefined && { code }), checks, at };
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

function intend(state: IncarnationState, purpose: WritePurpose, plan: FlagPlan, at: Instant): void {
  const lost = state.write?.purpose === purpose ? state.write.lost : 0;
  state.write = { purpose, plan, intendedAt: at, lost };
}

function launchOf(fact: FactOf<'launchIntended'>, at: Instant): NonNullable<Attempt['launch']> {
  return { vmName: fact.vmName, intendedAt: at, expiresAt: fact.expiresAt, ...settingsOf(fact) };
}

function attemptOf(state: IncarnationState, number: number): Attempt {
  const known = state.attempts.find((attempt) => attempt.number === number);
  if (known) return known;
  const attempt: Attempt = { number };
  state.attempts.push(attempt);
  return attempt;
}
