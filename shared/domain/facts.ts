import * as z from 'zod';
import type { AuditFact } from './audit/auditFacts.ts';
import { fact, flagPlan, imageDescription, instant, met, replacements } from './factShapes.ts';
import { gallerySharing } from './gallerySharing.ts';
import type { InstanceFact } from './instanceFacts.ts';
import { lifecycleFacts } from './lifecycleFacts.ts';
import { releaseFacts } from './releaseFacts.ts';
import { requestFacts, requestOutcomes } from './requestFacts.ts';
import type { TeamFact } from './teams/teamFacts.ts';

/** What can happen to one incarnation, and to one image definition. Stored for years: fields are only ever added. */
const identity = z.object({
  createdAt: instant.exactOptional(),
  publishedDate: instant.exactOptional(),
  sourceId: z.string().exactOptional(),
});
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
/**
 * Whose fault an error of Azure is. `suspect`: the image's, or the platform's on a bad day; only a second time, in another
 * VM, is proof. `quota` passes when other VMs go; what `configuration` is needs a person.
 */
const errorClass = z.enum(['image', 'suspect', 'infrastructure', 'quota', 'configuration']);
const osType = z.enum(['Linux', 'Windows']);
/** How a VM is started again after its first boot. */
const restart = z.enum(['guestReboot', 'platformRestart', 'stopStart']);
/** The check file as it was when the version was first seen: its content is kept under the hash; or why there is none. */
const checkFile = z.union([
  z.object({ name: z.string(), hash: z.string() }),
  z.object({ name: z.string(), problem: z.string() }),
]);
/** As it was written: a default or a limit of a later policy in here would change the hash of old entries. */
const smokeTest = z.object({
  vmSizes: z.array(z.string()),
  regions: z.array(z.string()).exactOptional(),
  maxAttempts: z.number(),
  agentTimeoutMinutes: z.number(),
  command: z.record(z.string(), z.object({ exec: z.string(), 'exit-status': z.number(), timeout: z.number() })),
  checkFile: z.string().exactOptional(),
  restarts: z.array(restart).exactOptional(),
  reachable: z.array(z.string()).exactOptional(),
  ignoreUnits: z.array(z.string()).exactOptional(),
  serialLog: z.object({ errors: z.enum(['fail', 'warn']), ignore: z.array(z.string()) }).exactOptional(),
  regression: z
    .object({
      bootPercent: z.number().exactOptional(),
      checksPercent: z.number().exactOptional(),
      outcome: z.enum(['warn', 'fail']),
    })
    .exactOptional(),
});
const measured = z.object({
  smokeTest,
  checkFile: checkFile.exactOptional(),
  vmSize: z.string(),
  bootMs: z.number().exactOptional(),
  checksMs: z.number().exactOptional(),
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
/** Of a published version: what was done about its end of life. */
const lifecycleNotes = z.object({
  warned: z.object({ endOfLife: instant, days: z.number().int().positive() }).exactOptional(),
  retired: z.object({ endOfLife: instant, remainsIn: z.array(z.string()) }).exactOptional(),
  keptUntil: instant.exactOptional(),
  previewed: z.literal(true).exactOptional(),
  /** The end of life that a newer version gave it when it took its place, and the one that it had before that. */
  superseded: z.object({ endOfLife: instant, before: instant.nullable() }).exactOptional(),
  /** The end of life that the service wrote last. */
  set: instant.exactOptional(),
  /** Dates that somebody had set and the service undid; `none` where it was taken away. */
  undone: z.array(z.string()).exactOptional(),
});
/** As Azure showed it, null for none; absent in entries of before it was kept. */
const endOfLife = instant.nullable().exactOptional();
const outcome = z.enum([
  'observed',
  'published',
  'quarantined',
  'inconclusive',
  'wouldPublish',
  'wouldQuarantine',
  'creationFailed',
  'deleted',
  'tested',
  'superseded',
  'rolledBack',
  'stopped',
  'adopted',
  'retired',
]);

export const incarnationFact = z.discriminatedUnion('type', [
  fact('versionDetected', {
    imageVersionId: z.string(),
    version: z.string(),
    identity,
    mode,
    policyHash: z.string(),
    /** Of the image definition, where it could be read. */
    smokeTest,
    osType: osType.exactOptional(),
    testPlan: z.array(configuration),
    /** What the policy or the version names and the plan does not use. */
    leftOut: z.array(leftOut).exactOptional(),
    /** Why the plan is empty, and what to change. */
    planProblem: z.string().exactOptional(),
    checkFile: checkFile.exactOptional(),
    visible: z.boolean(),
    /** Of the version, at detection: which build and which source its producer says that it came from. */
    tags: z.record(z.string(), z.string()).exactOptional(),
    /** Of its gallery, at detection; absent where it could not be read. */
    sharing: gallerySharing.exactOptional(),
    /** Left as it was until somebody asked for something: it counts as good, and is not tested. */
    adopted: z.literal(true).exactOptional(),
  }),
  /** The first entry of a smoke test by hand: the same test, and nothing comes of it but its verdict. */
  fact('testBegan', {
    imageVersionId: z.string(),
    version: z.string(),
    identity,
    requestedBy: z.string(),
    smokeTest,
    osType: osType.exactOptional(),
    testPlan: z.array(configuration),
    leftOut: z.array(leftOut).exactOptional(),
    planProblem: z.string().exactOptional(),
    checkFile: checkFile.exactOptional(),
    /** For how long a VM that did not pass is left for looking at. */
    keepMinutes: z.number().exactOptional(),
  }),
  fact('testFinished', {}),
  fact('versionCreationFailed', {}),
  /** `visibleIn`: where it was offered until then. */
  fact('holdIntended', { plan: flagPlan, visibleIn: z.array(z.string()).exactOptional() }),
  fact('quarantineIntended', { plan: flagPlan }),
  /**
   * `met` where somebody had changed the version since a plan of the log; `repeated` where it hides the version, and the same
   * write of an earlier step may have been on its way still.
   */
  fact('galleryWriteAccepted', { met: met.exactOptional(), repeated: z.literal(true).exactOptional() }),
  fact('galleryWriteLost', {}),
  fact('held', {
    how: z.enum(['bornHidden', 'written']),
    exposedSeconds: z.number().nonnegative(),
    /** By region in which it was offered and replicated: seconds from its publication to the read-back of the write. */
    exposed: z.record(z.string(), z.number().nonnegative()).exactOptional(),
  }),
  /** Somebody else cleared the exclude flags of a version without a passed verdict. */
  fact('driftFound', { visibleIn: z.array(z.string()), replacements }),
  /** A creation that had failed was repeated by its producer: the same incarnation, usable now. */
  fact('creationRepeated', { visible: z.boolean() }),
  fact('slotAwaited', { attempt, region: z.string() }),
  fact('launchIntended', {
    attempt,
    vmName: z.string(),
    expiresAt: instant,
    ...configuration.shape,
    /** A control run: this VM is made of the last published version, to find out whether a check is at fault. */
    controlOf: z.string().exactOptional(),
  }),
  /** Azure has no quota left for the VM: neither an attempt nor a verdict, the slot is waited for again. */
  fact('quotaReached', { attempt, region: z.string(), code: z.string(), reason: z.string() }),
  fact('launchAccepted', { attempt, operationUrl: z.string().exactOptional() }),
  /** Azure refuses for good what the run needs: its VM, its checks or a restart. The evidence is saved before it ends. */
  fact('runRefused', { attempt, code: z.string(), reason: z.string(), errorClass }),
  fact('agentReady', { attempt }),
  fact('checksIntended', { attempt, runCommand: z.string(), nonce: z.string() }),
  fact('checksStarted', { attempt }),
  /** Every check of a round has its result; here are those that did not simply pass. */
  fact('checksAnswered', {
    attempt,
    bootId: z.string(),
    /** Milliseconds from the start of the kernel to the end of the boot, as the guest says. */
    bootMs: z.number().exactOptional(),
    checksMs: z.number(),
    passed: z.number(),
    checks: z.array(checkResult),
  }),
  fact('restartIntended', { attempt, how: restart }),
  fact('restartStarted', { attempt, part: z.enum(['restart', 'stop', 'start']) }),
  fact('evidenceSaved', {
    attempt,
    files: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.number() })),
  }),
  fact('smokeTestFinished', {
    attempt,
    verdict,
    reason: z.string(),
    code: z.string().exactOptional(),
    /** Of the error of Azure that ended it. */
    errorClass: errorClass.exactOptional(),
    checks: z.array(checkResult),
    /** What is reported and does not gate: flaky checks, known issues, slower boots, serial log lines. */
    warnings: z.array(z.string()).exactOptional(),
    bootMs: z.number().exactOptional(),
    checksMs: z.number().exactOptional(),
  }),
  fact('vmDeletionIntended', { attempt, vmName: z.string() }),
  fact('vmDeletionAccepted', { attempt }),
  fact('vmGone', { attempt, vmName: z.string() }),
  fact('verdictReached', { verdict, reason: z.string(), checksHash: z.string().exactOptional() }),
  fact('quarantined', { reason: z.string(), replacements }),
  fact('leftInconclusive', { reason: z.string() }),
  fact('wouldPublish', { regions: z.array(z.string()) }),
  fact('wouldQuarantine', { reason: z.string() }),
  fact('observed', {}),
  /** `retention` where the service deleted it: why. */
  fact('versionDeleted', { retention: z.string().exactOptional(), replacements }),
  fact('needsAttention', { reason: z.string(), code: z.string() }),
  /** An operator has what was announced of it sent to the teams once more. */
  fact('announcementOrdered', { request: z.string(), by: z.string(), reason: z.string() }),
  ...releaseFacts,
  ...lifecycleFacts,
]);

export const definitionFact = z.discriminatedUnion('type', [
  fact('definitionDetected', {
    imageDefinitionId: z.string(),
    takenInChargeAt: instant,
    osType: osType.exactOptional(),
    /** Of its gallery; absent where it could not be read, or is shared by role assignments alone. */
    sharing: gallerySharing.exactOptional(),
  }),
  /**
   * `before` where it differs from what was seen last; without it, this is what later looks are compared with. `by`: the
   * object id or app id of who wrote, as the event says by which it was seen.
   */
  fact('definitionDescribed', {
    image: imageDescription,
    before: imageDescription.exactOptional(),
    by: z.guid().exactOptional(),
  }),
  fact('definitionDeleted', {}),
  fact('versionsAdopted', { versions: z.array(z.object({ version: z.string(), identity, endOfLife })) }),
  fact('incarnationOpened', {
    version: z.string(),
    incarnation: z.string(),
    identity,
    /** At detection. */
    endOfLife,
    /** Of the gallery, at detection, where it is another than the log knows. */
    sharing: gallerySharing.exactOptional(),
    /** By retention, one version of the image definition at a time. */
    deleting: z.literal(true).exactOptional(),
  }),
  fact('identityLearned', { version: z.string(), identity }),
  fact('incarnationClosed', {
    version: z.string(),
    incarnation: z.string(),
    outcome,
    /** Held, and without a passed verdict: where the flags are cleared by hand, it is hidden again. */
    keptHidden: z.literal(true).exactOptional(),
    /** Of a published version: what the next one is compared with. */
    measured: measured.exactOptional(),
    /** Target regions in which it is not published for want of a replica. */
    notAvailableIn: z.array(z.string()).exactOptional(),
    /** Of one whose release is over: where it is offered by it. What differs later, somebody did by hand. */
    publishedIn: z.array(z.string()).exactOptional(),
    lifecycle: lifecycleNotes.exactOptional(),
  }),
  /** First seen by a version of the app that keeps it, or set by the service. */
  fact('endOfLifeNoted', { version: z.string(), endOfLife: instant.nullable() }),
  /** Somebody else moved the end of life of a version that is finished or adopted. */
  fact('endOfLifeMoved', { version: z.string(), endOfLife: instant.nullable(), was: instant.nullable() }),
  fact('releaseBegun', { version: z.string(), incarnation: z.string(), at: instant }),
  fact('testRequested', {
    test: z.string(),
    /** Its verdict counts for the version; without it, nothing comes of the test. */
    counts: z.literal(true).exactOptional(),
    /** Of a version that was expedited. */
    expedited: z.literal(true).exactOptional(),
    version: z.string(),
    checkFile: checkFile.exactOptional(),
    vmSize: z.string().exactOptional(),
    region: z.string().exactOptional(),
    keepMinutes: z.number().exactOptional(),
  }),
  fact('testClosed', { test: z.string(), version: z.string(), verdict: verdict.nullable(), reason: z.string() }),
  fact('versionGone', { version: z.string() }),
  fact('latestChanged', { region: z.string(), version: z.string().nullable(), previous: z.string().nullable() }),
  ...requestFacts,
  ...requestOutcomes,
]);

export type IncarnationFact = z.infer<typeof incarnationFact>;
export type DefinitionFact = z.infer<typeof definitionFact>;
export type Fact = IncarnationFact | DefinitionFact | InstanceFact | TeamFact | AuditFact;
export type FactOf<T extends Fact['type']> = Extract<Fact, { type: T }>;
export type ErrorClass = z.infer<typeof errorClass>;
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
export type Restart = z.infer<typeof restart>;
export type SmokeTest = z.infer<typeof smokeTest>;
export type CheckFileReference = z.infer<typeof checkFile>;
export type LifecycleNotes = z.infer<typeof lifecycleNotes>;
export type Measured = z.infer<typeof measured>;
