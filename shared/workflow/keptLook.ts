import type { Decision } from '../domain/decision.ts';
import type { Effect } from '../domain/effects.ts';
import type { IncarnationFact } from '../domain/facts.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import type { IncarnationLook, VmLook } from '../domain/look.ts';

/** What one step has seen for one incarnation, and may go by in its later rounds: no effect of it touched that since. */
export interface KeptLook {
  /** As it was read, or listed, which is without replication status. */
  version?: ImageVersion;
  /** Whether the version was read since the last effect. */
  isFresh: boolean;
  /** VMs that were just asked for something are not looked at again: Azure has only begun. */
  vms: Record<string, VmLook | 'asked'>;
  /** The whole look; undefined after an effect. */
  look?: IncarnationLook;
}

/**
 * @param version as the step knows it of late, where it does
 * @param vms likewise
 */
export function newKeptLook(version: ImageVersion | undefined, vms: KeptLook['vms'] = {}): KeptLook {
  return { ...(version && { version }), isFresh: false, vms };
}

/** Before a look: what this state must not be decided on is read anew. */
export function forgetUnfit(kept: KeptLook, state: IncarnationState): void {
  if (kept.version && kept.version.replication === undefined && !mayGoByList(state)) forgetVersion(kept);
}

export function forgetVersion(kept: KeptLook): void {
  delete kept.version;
  delete kept.look;
}

/**
 * Where a smoke test is under way or was passed, or all is over and done with, replication does not matter, nor is a write
 * read back.
 */
function mayGoByList({ attempts, verdict, outcome, lifecycle, write }: IncarnationState): boolean {
  if (write !== undefined) return false;
  if (verdict !== undefined && outcome === undefined) return false;
  const last = attempts.at(-1);
  if (outcome !== undefined) return lifecycle?.due === undefined;
  return last?.launch !== undefined && (!last.result || last.result.verdict === 'passed');
}

/** After a look. */
export function keep(kept: KeptLook, look: IncarnationLook): void {
  kept.look = look;
  kept.isFresh ||= kept.version === undefined;
  if (look.version !== 'gone') kept.version = look.version;
  Object.assign(kept.vms, look.vms);
}

/** Whatever an effect touches, or may have touched, has to be seen anew before anything is made of it. */
export function forgetTouched(kept: KeptLook, effect: Effect): void {
  delete kept.look;
  kept.isFresh = false;
  if (effect.kind === 'writeFlags' || effect.kind === 'deleteVersion') delete kept.version;
  const vmName = vmOf(effect);
  if (vmName !== undefined) delete kept.vms[vmName];
}

const taken = new Set<IncarnationFact['type']>([
  // The name is new, and nobody else has the intent: there is no such VM yet.
  'launchIntended',
  'launchAccepted',
  'checksStarted',
  'restartStarted',
  'vmDeletionAccepted',
]);

/** After an effect: a VM of which Azure refused what was asked has to be looked at again. */
export function noteAsked(kept: KeptLook, effect: Effect, facts: IncarnationFact[]): void {
  const vmName = vmOf(effect);
  if (vmName !== undefined && facts.some(({ type }) => taken.has(type))) kept.vms[vmName] = 'asked';
}

function vmOf(effect: Effect): string | undefined {
  if (effect.kind === 'takeSlot') return effect.launch.vmName;
  return 'vmName' in effect ? effect.vmName : undefined;
}

type Kind = Effect['kind'] | IncarnationFact['type'];

const ofSmokeTest = new Set<Kind>([
  'takeSlot',
  'launch',
  'startChecks',
  'rebootGuest',
  'restartVm',
  'saveEvidence',
  'deleteVm',
  'releaseSlot',
  'launchAccepted',
  'agentReady',
  'checksIntended',
  'checksStarted',
  'checksAnswered',
  'restartIntended',
  'restartStarted',
  'smokeTestFinished',
  'verdictReached',
  'vmDeletionIntended',
]);

/**
 * Whether a decision concerns the smoke test alone. Any other, above all the intent to write to the gallery, is taken on
 * a version that is read for it: what somebody changed by hand since the step began is not overwritten.
 */
export function isOfSmokeTest({ facts, effects }: Decision): boolean {
  return [...facts.map(({ type }) => type), ...effects.map(({ kind }) => kind)].every((kind) => ofSmokeTest.has(kind));
}
