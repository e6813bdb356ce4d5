import { lifetimeMs } from '../smokeTest/limits.ts';
import { act, type Decision, nothing, record, together, wait } from './decision.ts';
import type { VmConfiguration } from './facts.ts';
import { vmName } from './ids.ts';
import { type ImageVersion, isUnsettled } from './imageVersion.ts';
import type { Attempt } from './incarnationState.ts';
import { addMs, earlier, type Instant, msBetween, nextLook } from './instant.ts';
import { nextConfiguration } from './nextConfiguration.ts';
import type { SmokeTestContext } from './smokeTestContext.ts';

const lookEveryMs = 20_000;
/** For the whole test. Quota is somebody's decision or somebody's machines: both change in hours, not in seconds. */
const quotaLimitMs = 6 * 3_600_000;
const firstQuotaWaitMs = 5 * 60_000;
const longestQuotaWaitMs = 3_600_000;

/** What is launched: the version under test as the plan says, or the last published one as a control. */
export interface Launch {
  configuration: VmConfiguration;
  controlOf?: { version: ImageVersion };
}

/** The next attempt of the plan, or the one that waits for its slot. */
export function decideLaunch(context: SmokeTestContext, awaiting: Attempt | undefined): Decision {
  const { state } = context;
  // A control run says nothing about the version, so it does not use up the plan.
  const spent = state.attempts.filter((attempt) => attempt !== awaiting && attempt.launch?.controlOf === undefined);
  const configuration = nextConfiguration(state, spent);
  if (configuration) return launch(context, awaiting, { configuration });
  const reason =
    state.planProblem ??
    'no target region of the version has a smoke-test subnet: replicate it to one, or add a subnet';
  return record({ type: 'verdictReached', verdict: 'inconclusive', reason });
}

/** Waits for replication, quota and a slot, then intends the launch. */
export function launch(context: SmokeTestContext, awaiting: Attempt | undefined, wanted: Launch): Decision {
  const { state, version: own, policy, launchWaits, now } = context;
  if (launchWaits) return launchWaits.until === undefined ? nothing : wait(launchWaits.until);
  const number = awaiting?.number ?? state.attempts.length + 1;
  const { region } = wanted.configuration;
  const version = wanted.controlOf?.version ?? own;
  if (version.replication?.[region] !== 'Completed') {
    const isLate = msBetween(state.detectedAt, now) >= policy.replicationLimitHours * 3_600_000;
    if (!isLate && mayComeTo(region, version)) return wait(nextLook(state.detectedAt, now, lookEveryMs));
    return giveUp(number, 'NotReplicated', `the version is not replicated to ${region}`);
  }
  if (awaiting?.quota) {
    const { times, at, code, reason } = awaiting.quota;
    const givenUpAt = addMs(quotaAwaitedSince(state.attempts, at), quotaLimitMs);
    if (now >= givenUpAt) {
      const hours = quotaLimitMs / 3_600_000;
      return giveUp(number, code, `no quota in ${region} after ${hours} h of waiting: ${reason}`);
    }
    const againAt = addMs(at, Math.min(longestQuotaWaitMs, firstQuotaWaitMs * 2 ** (times - 1)));
    if (now < againAt) return wait(earlier(againAt, givenUpAt));
  }
  const taking = act({
    kind: 'takeSlot',
    launch: launchIntent(context, number, wanted),
    alreadyAwaited: awaiting?.slotAwaitedAt !== undefined,
  });
  // The giver of a slot wakes the first waiter; this look is for the case that its message is lost.
  if (awaiting?.slotAwaitedAt === undefined) return taking;
  return together([taking, wait(nextLook(awaiting.slotAwaitedAt, now, 60_000))]);
}

/** One limit for the whole test: what waited for the first size is not waited for the next, which is only tried. */
function quotaAwaitedSince(attempts: Attempt[], otherwise: Instant): Instant {
  return attempts.flatMap(({ quota }) => quota?.since ?? []).reduce(earlier, otherwise);
}

function giveUp(attempt: number, code: string, reason: string): Decision {
  return record({ type: 'smokeTestFinished', attempt, verdict: 'inconclusive', reason, code, checks: [] });
}

function mayComeTo(region: string, version: ImageVersion): boolean {
  const isTarget = version.targetRegions.some(({ name }) => name === region);
  return isTarget && (isUnsettled(version) || version.replication?.[region] !== 'Failed');
}

function launchIntent(context: SmokeTestContext, attempt: number, { configuration, controlOf }: Launch) {
  const { state, look, keys, now } = context;
  const asked = look.checks?.kind === 'checks' ? look.checks.checks : [];
  return {
    type: 'launchIntended' as const,
    attempt,
    vmName: vmName(keys.definition, keys.incarnation, attempt),
    ...configuration,
    expiresAt: addMs(now, lifetimeMs(state.smokeTest, asked) + (state.byHand?.keepMinutes ?? 0) * 60_000),
    ...(controlOf && { controlOf: controlOf.version.version }),
  };
}
