import type { Fact } from '../shared/domain/facts.ts';
import type { Identity } from '../shared/domain/incarnation.ts';
import { smokeTestSchema } from '../shared/domain/policy.ts';

/** The facts of a version that passed and was published, made longer by the waiting for a slot that a busy region brings. */
export function usualLife(imageVersionId: string, version: string, identity: Identity, waits: number): Fact[] {
  const attempt = 1;
  const region = 'westeurope';
  return [
    {
      type: 'versionDetected',
      imageVersionId,
      version,
      identity,
      mode: 'enforce',
      policyHash: 'h',
      smokeTest: smokeTestSchema.parse({}),
      testPlan: [],
      visible: false,
    },
    { type: 'held', how: 'bornHidden', exposedSeconds: 0 },
    ...Array.from({ length: waits }, (_, index): Fact => ({ type: 'slotAwaited', attempt: index + 1, region })),
    {
      type: 'launchIntended',
      attempt,
      vmName: 'imp-0',
      region,
      vmSize: 'Standard_D2s_v5',
      why: 'first of the policy',
      expiresAt: '2026-07-01T00:00:00.000Z',
    },
    { type: 'launchAccepted', attempt },
    { type: 'agentReady', attempt },
    { type: 'checksIntended', attempt, runCommand: 'c', nonce: 'n' },
    { type: 'checksStarted', attempt },
    { type: 'smokeTestFinished', attempt, verdict: 'passed', reason: 'all checks passed', checks: [] },
    { type: 'verdictReached', verdict: 'passed', reason: 'all checks passed' },
    { type: 'publishIntended', plan: { excludeFromLatest: false, regions: {} }, regions: [region] },
    { type: 'published', regions: [region], notAvailableIn: [] },
    { type: 'vmGone', attempt, vmName: 'imp-0' },
  ];
}
