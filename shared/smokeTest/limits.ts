import type { Restart, SmokeTest } from '../domain/facts.ts';
import type { Check } from './checkFile/checkFile.ts';
import { roundLimitMs } from './checkSet.ts';

/** How long the stages of a run may take. LISA gives a VM ten minutes to come back from a restart by the platform. */
export const limits = {
  launchMs: 2 * 3_600_000,
  provisioningMs: 45 * 60_000,
  /** Of one call that starts the VM again, until the boot is another one or the power state is what it should be. */
  restartMs: 10 * 60_000,
  /** Beyond what the checks may take: Azure may start a script, and report its end, late. */
  answerGraceMs: 5 * 60_000,
  /** Boot diagnostics lag behind the guest. */
  serialLogGraceMs: 5 * 60_000,
};

const ordinaryMs = 2 * 3_600_000;

/**
 * For how long a VM may be needed, from its launch on: the limits of all stages together, at least two hours. What is past
 * its expiry is taken away whatever it is doing.
 */
export function lifetimeMs({ agentTimeoutMinutes, restarts = [] }: SmokeTest, checks: Check[]): number {
  const agentMs = agentTimeoutMinutes * 60_000;
  const roundMs = roundLimitMs(checks) + limits.answerGraceMs;
  const firstMs = limits.provisioningMs + agentMs + roundMs;
  const laterMs = restarts.map((how) => callsOf(how) * limits.restartMs + agentMs + roundMs);
  return Math.max(
    ordinaryMs,
    laterMs.reduce((sum, ms) => sum + ms, firstMs + limits.serialLogGraceMs),
  );
}

function callsOf(how: Restart): number {
  return how === 'stopStart' ? 2 : 1;
}
