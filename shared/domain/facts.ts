import { z } from 'zod';
import type { TeamFact } from './teams/teamFacts.ts';

/** What can happen to one incarnation, and to one image definition. Stored for years: fields are only ever added. */
const instant = z.iso.datetime();
const identity = z.object({
  createdAt: instant.exactOptional(),
  publishedDate: instant.exactOptional(),
  sourceId: z.string().exactOptional(),
});
const flagPlan = z.object({ excludeFromLatest: z.boolean(), regions: z.record(z.string(), z.boolean()) });
const verdict = z.enum(['passed', 'failed', 'inconclusive']);
const mode = z.enum(['observe', 'test', 'enforce']);
const attempt = z.number().int().positive();
export const checkResult = z.object({
  check: z.string(),
  /** A known issue does not gate, and neither does what is skipped. */
  outcome: z.enum(['passed', 'failed', 'unknown', 'skipped', 'knownIssue']),
  detail: z.string().exactOptional(),
  /** It passed, but not at the first try. */
  flaky: z.literal(true).exactOptional(),
  tries: z.number().int().positive().exactOptional(),
  /** Where the known issue is followed up. */
  ticket: z.string().exactOptional(),
});
/** As it was written: a default or a limit of a later policy in here would change the hash of old entries. */
const smokeTest = z.object({
  vmSizes: z.array(z.string()),
  regions: z.array(z.string()).exactOptional(),
  maxAttempts: z.number(),
  agentTimeoutMinutes: z.number(),
  command: z.record(z.string(), z.object({ exec: z.string(), 'exit-status': z.number(), timeout: z.number() })),
});
/** How a VM is made. Only region and size are in entries from before the plan knew the image definition. */
const vmSettings = z.object({
  region: z.string(),
  vmSize: z.string(),
  securityType: z.enum(['Standard', 'TrustedLaunch', 'ConfidentialVM']).exactOptional(),
  diskController: z.enum(['SCSI', 'NVMe']).exactOptional(),
  acceleratedNetworking: z.boolean().exactOptional(),
  hibernation: z.boolean().exactOptional(),
  osDiskType: z.string().exactOptional(),
});
const configuration = vmSettings.extend({ why: z.string() });
const leftOut = z.object({ vmSize: z.string().exactOptional(), region: z.string().exactOptional(), why: z.string() });
const outcome = z.enum([
  'observed',
  'published',
  'quarantined',
  'inconclusive',
  'wouldPublish',
  'wouldQuarantine',
  'creationFailed',
  'deleted',
]);

const fact = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape });

export const incarnationFact = z.discriminatedUnion('type', [
  fact('versionDetected', {
    imageVersionId: z.string(),
    version: z.string(),
    identity,
    mode,
    policyHash: z.string(),
    /** Of the image definition, where it could be read. */
    osType: z.enum(['Linux', 'Windows']).exactOptional(),
    smokeTest,
    testPlan: z.array(configuration),
    /** What the policy or the version names and the plan does not use. */
    leftOut: z.array(leftOut).exactOptional(),
    /** Why the plan is empty, and what to change. */
    planProblem: z.string().exactOptional(),
    visible: z.boolean(),
  }),
  fact('versionCreationFailed', {}),
  fact('holdIntended', { plan: flagPlan }),
  fact('publishIntended', { plan: flagPlan, regions: z.array(z.string()) }),
  fact('quarantineIntended', { plan: flagPlan }),
  fact('galleryWriteAccepted', {}),
  fact('galleryWriteLost', {}),
  fact('held', { how: z.enum(['bornHidden', 'written']), exposedSeconds: z.number().nonnegative() }),
  /** Somebody else cleared the exclude flags of a version without a passed verdict. */
  fact('driftFound', { visibleIn: z.array(z.string()) }),
  /** A creation that had failed was repeated by its producer: the same incarnation, usable now. */
  fact('creationRepeated', { visible: z.boolean() }),
  fact('slotAwaited', { attempt, region: z.string() }),
  fact('launchIntended', {
    attempt,
    vmName: z.string(),
    expiresAt: instant,
    ...configuration.shape,
  }),
  fact('launchAccepted', { attempt, operationUrl: z.string().exactOptional() }),
  fact('agentReady', { attempt }),
  fact('checksIntended', { attempt, runCommand: z.string(), nonce: z.string() }),
  fact('checksStarted', { attempt }),
  fact('evidenceSaved', {
    attempt,
    files: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.number() })),
  }),
  fact('smokeTestFinished', {
    attempt,
    verdict,
    reason: z.string(),
    code: z.string().exactOptional(),
    checks: z.array(checkResult),
  }),
  fact('vmDeletionIntended', { attempt, vmName: z.string() }),
  fact('vmDeletionAccepted', { attempt }),
  fact('vmGone', { attempt, vmName: z.string() }),
  fact('verdictReached', { verdict, reason: z.string() }),
  fact('published', { regions: z.array(z.string()), notAvailableIn: z.array(z.string()) }),
  fact('quarantined', { reason: z.string() }),
  fact('leftInconclusive', { reason: z.string() }),
  fact('wouldPublish', { regions: z.array(z.string()) }),
  fact('wouldQuarantine', { reason: z.string() }),
  fact('observed', {}),
  fact('versionDeleted', {}),
  fact('needsAttention', { reason: z.string(), code: z.string() }),
]);

export const definitionFact = z.discriminatedUnion('type', [
  fact('definitionDetected', { imageDefinitionId: z.string(), takenInChargeAt: instant }),
  fact('definitionDeleted', {}),
  fact('versionsAdopted', { versions: z.array(z.object({ version: z.string(), identity })) }),
  fact('incarnationOpened', { version: z.string(), incarnation: z.string(), identity }),
  fact('identityLearned', { version: z.string(), identity }),
  fact('incarnationClosed', {
    version: z.string(),
    incarnation: z.string(),
    outcome,
    /** Held, and without a passed verdict: where the flags are cleared by hand, it is hidden again. */
    keptHidden: z.literal(true).exactOptional(),
  }),
  fact('versionGone', { version: z.string() }),
  fact('latestChanged', { region: z.string(), version: z.string().nullable(), previous: z.string().nullable() }),
]);

/** What concerns the whole instance. */
export const instanceFact = z.discriminatedUnion('type', [
  /** `content` is a hash of the file's text; `repaired` after a refusal. */
  fact('policyAccepted', { content: z.string(), repaired: z.boolean() }),
  fact('policyRefused', { content: z.string(), problems: z.array(z.string()) }),
]);

export type IncarnationFact = z.infer<typeof incarnationFact>;
export type DefinitionFact = z.infer<typeof definitionFact>;
export type InstanceFact = z.infer<typeof instanceFact>;
export type Fact = IncarnationFact | DefinitionFact | InstanceFact | TeamFact;
export type FactOf<T extends Fact['type']> = Extract<Fact, { type: T }>;
export type Verdict = z.infer<typeof verdict>;
export type Mode = z.infer<typeof mode>;
export type Outcome = z.infer<typeof outcome>;
export type CheckResult = z.infer<typeof checkResult>;
export type VmConfiguration = z.infer<typeof configuration>;
export type VmSettings = z.infer<typeof vmSettings>;
export type LeftOut = z.infer<typeof leftOut>;

/** How the VM is made, without what else is known of it. */
export function settingsOf(vm: VmSettings): VmSettings {
  return vmSettings.parse(vm);
}
