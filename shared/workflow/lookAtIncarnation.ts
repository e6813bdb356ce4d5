import { isGoingDown, isJustAsked } from '../domain/decideRestart.ts';
import type { DefinitionState, PublishedVersion } from '../domain/definitionState.ts';
import { answerFile, evidenceFolder } from '../domain/evidencePaths.ts';
import type { ImageDefinitionId } from '../domain/ids.ts';
import { type Identity, type IncarnationKeys, identityOf, isSameIncarnation } from '../domain/incarnation.ts';
import { type Attempt, type IncarnationState, osTypeOf } from '../domain/incarnationState.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import { lastAskedAt } from '../domain/lastAskedAt.ts';
import type { Baseline, IncarnationLook, PresentVm, RunLook, VmLook } from '../domain/look.ts';
import type { Ports, WantedOfVm } from '../ports.ts';
import { loadCheckSet } from './checkFiles.ts';
import type { KeptLook } from './keptLook.ts';

type Reading = Pick<Ports, 'galleries' | 'smokeTestVms' | 'evidence' | 'documents' | 'imageUses'>;

/** Of which incarnation a look is taken, and what its image definition's log says around it. */
export interface LookedAt {
  definition: ImageDefinitionId;
  keys: IncarnationKeys;
  state: IncarnationState;
  /** Undefined where the number is known to belong to another incarnation. */
  identity: Identity | undefined;
  definitionState: DefinitionState;
  /** Whether the end of life of the image definition matters. */
  mayEnd: boolean;
  /** Azure subscriptions that have to be seen before a version counts as unused. */
  usedIn: string[];
  /** What need not be looked at again. */
  kept: KeptLook;
  /** Whether time alone is the reason to look. */
  isTimer: boolean;
  now: Instant;
}

/**
 * Looks at Azure for one incarnation, where nothing is kept: its version, unless the number belongs to another one now,
 * its VMs, and while it is tested what it is asked and compared with.
 */
export async function lookAtIncarnation(ports: Reading, target: LookedAt): Promise<IncarnationLook> {
  const { definition, state, identity, kept } = target;
  const [seen, vms] = await Promise.all([
    identity && (kept.version ?? ports.galleries.getVersion(definition, state.version)),
    lookAtVms(ports, target),
  ]);
  const isSame = identity && seen && isSameIncarnation(identity, identityOf(seen), state.write !== undefined);
  const version = isSame ? seen : undefined;
  const look: IncarnationLook = { version: version ?? 'gone', vms };
  if (version && state.lifecycle?.due?.stage === 'delete' && state.lifecycle.deletion?.acceptedAt === undefined)
    look.use = await ports.imageUses.find(definition, state.version, target.usedIn);
  if (
    target.mayEnd &&
    state.verdict &&
    (state.outcome === undefined || state.lifecycle?.due?.stage === 'latestAgain')
  ) {
    const endOfLife = (await ports.galleries.getDefinition(definition))?.endOfLifeDate;
    if (endOfLife !== undefined) look.definitionEndOfLife = endOfLife;
  }
  if (!version || state.verdict || state.outcome !== undefined) return look;
  return { ...look, ...(await lookAtQuestions(ports, target)) };
}

/** Looks only at what a run is decided from. */
export async function lookAtRun(ports: Reading, target: LookedAt): Promise<RunLook> {
  return { vms: await lookAtVms(ports, target), ...(await lookAtQuestions(ports, target)) };
}

/**
 * The VMs that may exist, where nothing is kept of them; one that was just asked for something is left out, in a later step
 * too where it was asked to restart, or time alone brought the step.
 */
async function lookAtVms(ports: Reading, target: LookedAt): Promise<RunLook['vms']> {
  const vms: RunLook['vms'] = {};
  for (const attempt of target.state.attempts) {
    if (!attempt.launch || attempt.goneAt !== undefined) continue;
    const { vmName } = attempt.launch;
    const kept = target.kept.vms[vmName];
    if (kept === 'asked' || (kept === undefined && isInVain(target, attempt))) continue;
    vms[vmName] = kept ?? (await lookAtVm(ports, target, attempt, vmName));
  }
  return vms;
}

function isInVain({ isTimer, now }: LookedAt, attempt: Attempt): boolean {
  return isGoingDown(attempt, now) || (isTimer && attempt.result === undefined && isJustAsked(attempt, now));
}

/** What the guest is asked, and what its answers are compared with. */
async function lookAtQuestions(ports: Reading, target: LookedAt): Promise<Omit<RunLook, 'vms'>> {
  const { state, keys, definitionState } = target;
  const checks = await loadCheckSet(ports, state.smokeTest, osTypeOf(state), state.checkFile);
  const published = definitionState.published.findLast(({ incarnation }) => incarnation !== keys.incarnation);
  return { checks, ...(published && { baseline: await lookAtBaseline(ports, target, published) }) };
}

async function lookAtVm(
  ports: Reading,
  { keys, state, now }: LookedAt,
  attempt: Attempt,
  vmName: string,
): Promise<VmLook> {
  const vm: PresentVm | undefined = await ports.smokeTestVms.look(vmName, wantedOf(attempt, now));
  if (!vm) return { kind: 'absent' };
  const { checks, number } = attempt;
  if (!checks || vm.runCommand?.kind !== 'finished' || vm.runCommand.state !== 'Succeeded') return vm;
  const path = `${evidenceFolder(keys, state.version, number)}/${answerFile(checks.runCommand)}`;
  const fullOutput = await ports.evidence.read(path);
  return { ...vm, runCommand: { ...vm.runCommand, ...(fullOutput !== undefined && { fullOutput }) } };
}

/** A guest that goes on well is done with what it was asked for after this. */
const unsuspiciousMs = 60_000;

/** A run that is judged is only watched until its VM is gone. */
function wantedOf(attempt: Attempt, now: Instant): WantedOfVm {
  const { launch, checks, result, refused } = attempt;
  if (!launch || result) return { serialLog: false };
  const isPending = checks?.startedAt !== undefined || attempt.agentReadyAt === undefined || attempt.restart;
  const waitedMs = msBetween(lastAskedAt(attempt, launch.acceptedAt ?? launch.intendedAt), now);
  const mayWait = isPending && !refused && waitedMs < unsuspiciousMs;
  return {
    serialLog: mayWait ? 'whenOver' : true,
    ...(checks && { runCommand: checks.runCommand }),
    ...(launch.operationUrl !== undefined && { operationUrl: launch.operationUrl }),
  };
}

/** The last published version itself is read only where a failed check might have to be tried on it. */
async function lookAtBaseline(
  ports: Reading,
  { definition, state }: LookedAt,
  { version, identity, measured }: PublishedVersion,
): Promise<Baseline> {
  const last = state.attempts.at(-1);
  const mayNeedControl = last?.result?.verdict === 'failed' || last?.launch?.controlOf !== undefined;
  const seen = mayNeedControl ? await ports.galleries.getVersion(definition, version) : undefined;
  if (!seen || !isSameIncarnation(identity, identityOf(seen), true)) return { version, measured };
  const checks = await loadCheckSet(ports, measured.smokeTest, osTypeOf(state), measured.checkFile);
  return { version, measured, control: { version: seen, checks } };
}
